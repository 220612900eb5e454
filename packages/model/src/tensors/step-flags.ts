import { ACTIVE, CARRIED } from "@sluice/kernel-wasm";
import { expectInteger } from "@sluice/kernel-wasm/checks";
import { expectShape, STEPS_FIRST, type TensorLike, toTensor } from "./tensor.js";

/** Which steps of which samples are computed, as the kernel reads it. */
export interface StepFlags {
  /** One byte per step, sample by sample: ACTIVE if the step is computed, CARRIED if it starts from the state before it, not from zero. */
  readonly flags?: Uint8Array | undefined;
  /** The number of steps of each sample up to its last active one; layers in reverse direction start there. */
  readonly lengths?: Uint32Array | undefined;
}

/** The names of the options below. */
export const STEP_OPTIONS = ["lengths", "mask", "resets"] as const;

/** A number or a boolean for each step of each sample (T,B): row-major, nested, or a tensor. */
export type StepValues = ArrayLike<number | boolean> | TensorLike;

/** Which steps of a batch are computed: by lengths or by a mask, but not both; and where a state is reset. */
export interface StepOptions {
  /** (B), the number of steps of each sample, from 0 to T; values beyond have no effect. */
  readonly lengths?: ArrayLike<number> | undefined;
  /** (T,B): 0 or false for a masked step. A masked step keeps the state, and its values have no effect. */
  readonly mask?: StepValues | undefined;
  /** (T,B): not 0 or false if the state is set to zero (not to the learned state) before the step. No effect at masked steps. */
  readonly resets?: StepValues | undefined;
}

/**
 * Converts the options for T × B steps to flags.
 * @throws TypeError or RangeError for lengths outside 0 … T, arrays of another size, or both lengths and a mask.
 */
export function toFlags({ lengths, mask, resets }: StepOptions, T: number, B: number): StepFlags {
  if (!lengths && !mask && !resets) return {};
  if (lengths && mask) throw new RangeError("lengths and mask: expected one of them, got both");
  if (lengths && lengths.length !== B)
    throw new RangeError(`lengths: expected ${B}, got ${lengths.length}${lengths.length === T ? STEPS_FIRST : ""}`);
  const masked = mask && valuesOf("mask", mask, T, B);
  const reset = resets && valuesOf("resets", resets, T, B);
  const flags = new Uint8Array(B * T);
  const ends = new Uint32Array(B);
  for (let b = 0; b < B; b++) {
    if (lengths) expectInteger(`lengths[${b}]`, lengths[b], 0, T);
    ends[b] = lengths?.[b] ?? T;
    for (let t = 0; t < T; t++) {
      const active = t < ends[b]! && (!masked || Number(masked[t * B + b]) !== 0);
      const carried = !reset || Number(reset[t * B + b]) === 0;
      flags[b * T + t] = (active ? ACTIVE : 0) | (carried ? CARRIED : 0);
    }
  }
  return { flags, lengths: ends };
}

/** The values of T × B steps, row-major. */
function valuesOf(name: string, values: StepValues, T: number, B: number): ArrayLike<number | boolean> {
  if ("shape" in values || Array.isArray((values as ArrayLike<unknown>)[0])) {
    const given = toTensor(name, values as TensorLike);
    expectShape(name, given, [T, B]);
    return valuesOf(name, given.data, T, B);
  }
  const flat = values as ArrayLike<number | boolean>;
  if (flat.length !== T * B) throw new RangeError(`${name}: expected ${T} × ${B} elements, got ${flat.length}`);
  const invalid = Array.prototype.find.call(flat, (v: unknown) => typeof v !== "boolean" && !Number.isFinite(v));
  if (invalid !== undefined)
    throw new TypeError(`${name}: expected finite numbers or booleans, got ${String(invalid)}`);
  return flat;
}
