import { expectInteger, expectNumber } from "@sluice/kernel-wasm/checks";
import { Random } from "@sluice/kernel-wasm/math";
import { defaultConvention } from "../formats/conventions.js";
import { fromStateDict, type StateDict } from "../formats/state-dict.js";
import type { Gru } from "../gru.js";
import type { Tensor } from "../tensor.js";
import type { BackwardOptions } from "./backward-options.js";

export interface CheckOptions extends Omit<BackwardOptions, "convention"> {
  /** How far a parameter is moved to each side, then twice as far; 1/64 by default. */
  readonly step?: number;
  /** How far gradient and slope may lie apart, by the largest of their tensor; 0.001 by default. */
  readonly tolerance?: number;
  /** Elements of each tensor that are moved: that of the largest gradient, and others by chance; 8 by default. */
  readonly samples?: number;
  /** Decides which elements; 0 by default. */
  readonly seed?: number;
}

export interface TensorCheck {
  readonly name: string;
  /** Elements that were moved. */
  readonly checked: number;
  /** The largest |gradient − slope|, by the largest of either in the tensor; 0 where both are 0 throughout. */
  readonly difference: number;
  /** The largest error that the slopes themselves may have, on the same scale; 1 or more tells that nothing was learned. */
  readonly uncertainty: number;
  readonly agrees: boolean;
}

export interface GradientCheck {
  readonly agrees: boolean;
  readonly loss: number;
  /** Named in the cell's default convention. */
  readonly tensors: readonly TensorCheck[];
}

/** What is known of a loss of one in single precision: 2⁻²². */
const ROUNDING = 1 / 0x400000;

/**
 * Compares `gru.backward` with slopes of the loss: D(s) = (L(p + s) − L(p − s)) / 2s, and from steps s and 2s the slope
 * (4 D(s) − D(2s)) / 3, whose error falls with s⁴ (Richardson). Parameters are moved in place and put back before it returns.
 *
 * The network computes in single precision, so L is known to about 2⁻²² of itself (or of one, where it is smaller), and a slope to
 * that over s; where it bends or has a kink within the steps, less so, as `slopeAt` tells. A tensor agrees if each of its gradients
 * lies within the tolerance and these two of the slope. Several kinks within the steps (of relu, hard sigmoid, mae, pinball) may
 * hide each other: where a tensor disagrees there, a smaller step tells.
 *
 * @throws RangeError for options that do not hold, and as `gru.backward` does.
 */
export function checkGradients(gru: Gru, x: Tensor, y: Tensor, options: CheckOptions = {}): GradientCheck {
  const { step = 1 / 64, tolerance = 0.001, samples = 8, seed = 0, ...taken } = options;
  expectNumber("step", step, (s) => s > 0, "a number above 0");
  expectNumber("tolerance", tolerance, (t) => t > 0, "a number above 0");
  expectInteger("samples", samples, 1, 0x7fffffff);
  expectInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const convention = defaultConvention(gru.config.cell);
  const { loss, gradients } = gru.backward(x, y, { ...taken, convention });
  const rounding = (ROUNDING * Math.max(1, Math.abs(loss))) / step;
  const random = new Random(seed);
  const tensors = withMovable(gru, (dict, write) => {
    const lossAfter = () => {
      write();
      return gru.backward(x, y, taken).loss;
    };
    return Object.entries(gradients).map(([name, { data: gradient }]): TensorCheck => {
      const parameters = dict[name]!.data;
      const elements = pick(gradient, samples, random);
      const slopes = elements.map((i) => slopeAt(parameters, i, step, loss, lossAfter));
      const largest = Math.max(
        ...elements.map((i, k) => Math.max(Math.abs(gradient[i]!), Math.abs(slopes[k]!.slope))),
      );
      const scale = largest === 0 ? 1 : largest;
      const apart = elements.map((i, k) => Math.abs(gradient[i]! - slopes[k]!.slope) / scale);
      const unsure = slopes.map(({ doubt }) => (doubt + rounding) / scale);
      return {
        name,
        checked: elements.length,
        difference: Math.max(...apart),
        uncertainty: Math.max(...unsure),
        agrees: apart.every((difference, k) => difference <= tolerance + unsure[k]!),
      };
    });
  });
  return { agrees: tensors.every(({ agrees }) => agrees), loss, tensors };
}

/** Gives `use` the parameters and a function that makes them the network's; the network has its own again after it. */
function withMovable<T>(gru: Gru, use: (dict: StateDict, write: () => void) => T): T {
  const { network, config } = gru;
  const convention = defaultConvention(config.cell);
  const parameters = () => network.kernel.floats(network.parameters);
  const before = parameters().slice();
  const dict = gru.stateDict(convention);
  try {
    return use(dict, () => {
      fromStateDict(config, parameters(), dict, convention);
      network.changed();
    });
  } finally {
    parameters().set(before);
    network.changed();
    network.pack(); // a batch of `fit` may be under way, and read what was packed for it
  }
}

/** The element of the largest gradient, and others by chance. */
function pick(gradient: Float32Array, samples: number, random: Random): number[] {
  const largest = gradient.reduce((best, g, i) => (Math.abs(g) > Math.abs(gradient[best]!) ? i : best), 0);
  const picked = new Set([largest]);
  if (samples >= gradient.length) return [...gradient.keys()];
  while (picked.size < samples) picked.add(random.below(gradient.length));
  return [...picked];
}

/**
 * The slope of `loss` by one parameter, and what keeps it from being known: how differently two steps see the slope D, and the
 * bend A(s) = (L(p + s) − 2 L(p) + L(p − s)) / s, which grows with s but for a kink.
 */
function slopeAt(parameters: Float32Array, i: number, step: number, lossHere: number, lossAfter: () => number) {
  const here = parameters[i]!;
  const rise = (shift: number) => {
    parameters[i] = here + shift;
    return { by: parameters[i]! - here, loss: lossAfter() - lossHere };
  };
  const around = (shift: number) => {
    const [ahead, behind] = [rise(shift), rise(-shift)];
    return {
      slope: (ahead.loss - behind.loss) / (ahead.by - behind.by),
      bend: ahead.loss / ahead.by - behind.loss / behind.by,
    };
  };
  const [near, far] = [around(step), around(2 * step)];
  parameters[i] = here;
  const doubt = Math.abs(near.slope - far.slope) + Math.abs(far.bend - 2 * near.bend);
  return { slope: (4 * near.slope - far.slope) / 3, doubt };
}
