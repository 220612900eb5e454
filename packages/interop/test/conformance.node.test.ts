/**
 * Test vectors that other projects publish for GRU networks, from a folder next to the repository (shared/conformance).
 * Each case runs with the equations of reference.ts and with the model.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Gru, type GruConfig, type StateDict, type Tensor } from "@sluice/model";
import { describe, expect, test } from "vitest";
import type { Imported } from "../src/index.js";
import { assemble } from "../src/keras/layers.js";
import { candidateOf, gateOf } from "../src/keras/options.js";
import { directionsOf, resolve } from "../src/network.js";
import { encodeModel, FLOAT, type OnnxAttribute, type OnnxTensor } from "../src/onnx/model.js";
import { readOnnx } from "../src/onnx.js";
import { expectClose, type Plain, plainTensor } from "./golden.js";
import { reference } from "./reference.js";

const folder = fileURLToPath(new URL("../../../../shared/conformance/", import.meta.url));
const isPresent = existsSync(folder);
const read = <T>(file: string): T => JSON.parse(readFileSync(`${folder}${file}`, "utf8")) as T;
const listed = <T>(file: string) => (isPresent ? read<{ cases: readonly T[] }>(file).cases : []);
if (!isPresent) test.skip("skipped: shared/conformance is not next to this repository", () => {});

/** The skipped cases with their reasons. */
const SKIPPED: Readonly<Record<string, string>> = {
  "masking last output": "a mask with gaps: files contain no masks",
  "masking return_sequences": "a mask with gaps",
  "masking return_sequences zero_output_for_mask": "a mask with gaps",
  "masking go_backwards": "a mask with gaps",
  "stateful BPTT": "trains a network without head bias, which no file contains",
  "BPTT 2 epochs": "trains a network without head bias",
  "gru with resetAfter=true": "gates with relu, which no supported library has",
  "gru with 2 steps, both direction and resetAfter=true": "gates with relu",
  "gruCell with [tanh, sigmoid] activations": "gates with tanh",
};
const split = <T extends { readonly name: string }>(cases: readonly T[]) => ({
  run: cases.filter(({ name }) => !(name in SKIPPED)),
  skipped: cases.filter(({ name }) => name in SKIPPED).map(({ name }) => [name, SKIPPED[name]!] as const),
});

interface Run {
  /** (T,B,H × directions) */
  readonly states: Tensor;
  /** (directions,B,H), the final state of each direction. */
  readonly final: Tensor;
}

/** Runs one layer without head with the equations and with the model, and calls `check` with each result. */
async function runBoth(
  imported: Imported,
  x: Tensor,
  h0: Tensor | undefined,
  check: (run: Run) => void,
): Promise<void> {
  const { outputs: _, ...config } = { ...imported.config, outputSize: 0 };
  const all = { ...imported, config };
  const last = reference({ ...all, config: { ...config, outputs: "last" } }, x, h0);
  check({ states: reference(all, x, h0), final: byDirection(last, directionsOf(config), config.hiddenSize) });

  const gru = await Gru.fromStateDict(config, imported.tensors, imported.convention);
  const { hidden, finalState } = gru.forward(x, h0 ? { initialState: h0 } : {});
  check({ states: hidden, final: finalState });
}

/** (B,D·H) → (D,B,H) */
function byDirection({ data, shape }: Tensor, D: number, H: number): Tensor {
  const B = shape[0]!;
  const out = new Float32Array(data.length);
  for (let d = 0; d < D; d++)
    for (let b = 0; b < B; b++) out.set(data.subarray((b * D + d) * H, (b * D + d + 1) * H), (d * B + b) * H);
  return { data: out, shape: [D, B, H] };
}

/** (A,B,…) → (B,A,…) */
function swapAxes({ data, shape: [A = 1, B = 1, ...rest] }: Tensor): Tensor {
  const row = data.length / (A * B);
  const out = new Float32Array(data.length);
  for (let a = 0; a < A; a++)
    for (let b = 0; b < B; b++) out.set(data.subarray((a * B + b) * row, (a * B + b + 1) * row), (b * A + a) * row);
  return { data: out, shape: [B, A, ...rest] };
}
const reshape = ({ data }: Tensor, ...shape: number[]): Tensor => ({ data, shape });
const nested = (value: unknown): Tensor => {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return plainTensor({ shape, data: (value as unknown[]).flat(Number.POSITIVE_INFINITY) as number[] });
};

interface OnnxCase {
  readonly name: string;
  readonly node: {
    readonly attributes: Readonly<Record<string, OnnxAttribute>>;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
  };
  readonly tensors: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: readonly number[] }>>;
}

describe.runIf(isPresent)("ONNX's backend tests of GRU, within 1e-6", () => {
  const cases = isPresent ? readdirSync(`${folder}onnx`).map((file) => read<OnnxCase>(`onnx/${file}`)) : [];
  test.each(cases)("$name", async ({ node, tensors }) => {
    const get = (name: string) => plainTensor({ shape: tensors[name]!.dims, data: tensors[name]!.data });
    const initializers = node.inputs.slice(1).map((name): OnnxTensor => {
      const { data, shape } = get(name);
      return { name, shape, type: FLOAT, floats: data };
    });
    const { inputs, outputs, attributes } = node;
    const graph = {
      nodes: [{ op: "GRU", inputs, outputs, attributes }],
      initializers,
      inputs: [{ name: "X", shape: tensors["X"]!.dims }],
      outputs: outputs.filter(Boolean).map((name) => ({ name, shape: tensors[name]!.dims })),
    };
    const imported = readOnnx(encodeModel({ irVersion: 10, opset: 22, producer: "", metadata: {}, graph }));
    const batchFirst = imported.order === "BTI";
    const x = batchFirst ? swapAxes(get("X")) : get("X");
    await runBoth(imported, x, undefined, ({ states, final }) => {
      const finals = get("Y_h");
      expectClose(batchFirst ? swapAxes(final) : final, finals, 1e-6);
      if (!outputs.includes("Y")) return;
      // (T,B,D·H) as (T,D,B,H), or (B,T,D,H)
      const { hiddenSize: H } = imported.config;
      const D = directionsOf(imported.config);
      const [T = 0, B = 0] = states.shape;
      const steps = Array.from({ length: T }, (_, t) => {
        const step = reshape({ data: states.data.subarray(t * B * D * H, (t + 1) * B * D * H), shape: [] }, B, D * H);
        return [...(batchFirst ? step : byDirection(step, D, H)).data];
      });
      const y = reshape(
        plainTensor({ shape: [T * B * D * H], data: steps.flat() }),
        T,
        batchFirst ? B : D,
        batchFirst ? D : B,
        H,
      );
      expectClose(batchFirst ? swapAxes(y) : y, get("Y"), 1e-6);
    });
  });
});

interface KerasCase {
  readonly name: string;
  readonly units: number;
  readonly x: readonly [number, number, number];
  readonly opts: Readonly<Record<string, boolean>>;
  readonly calls?: number;
  readonly h0?: unknown;
  readonly expected: unknown;
}
const filled = (value: number, ...shape: number[]): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
});

describe.runIf(isPresent)("Keras's gru_test, within 1e-5", () => {
  const { run, skipped } = split(listed<KerasCase>("keras/keras_gru.json"));
  test.skip.each(skipped)("skipped, %s: %s", () => {});
  test.each(run)("$name", async ({ units: H, x: shape, opts, calls = 1, h0, expected }) => {
    const [B, T, I] = shape;
    const { reset_after: resetAfter = true, use_bias: useBias = true, go_backwards: goBackwards = false } = opts;
    const bias = useBias ? filled(0.03, ...(resetAfter ? [2] : []), 3 * H) : undefined;
    const cell = { kernel: filled(0.01, I, 3 * H), recurrentKernel: filled(0.02, H, 3 * H), bias };
    const settings = { resetAfter, goBackwards, returnSequences: true, gate: "sigmoid", candidate: "tanh" } as const;
    const imported = assemble("Keras", [{ name: "gru", settings, cells: [cell] }]);
    const x = swapAxes(plainTensor({ shape: [B, T, I], data: Array.from({ length: B * T * I }, (_, i) => i) }));
    let states = h0 ? reshape(nested(h0), 1, B, H) : undefined;
    for (let call = 1; call < calls; call++) await runBoth(imported, x, states, ({ final }) => (states = final));
    await runBoth(imported, x, states, ({ final }) => expectClose(reshape(final, B, H), nested(expected)));
  });
});

interface TfjsCase {
  readonly name: string;
  readonly units: number;
  readonly x: unknown;
  readonly xshape?: readonly [number, number, number];
  readonly kernel: "ones" | "zeros";
  readonly recurrent: "ones" | "zeros";
  readonly bias: "ones" | "zeros";
  readonly activation: string;
  readonly expected_per_step?: readonly number[];
  readonly expected_calls?: readonly (number | "reset")[];
  readonly expected?: readonly number[];
}

describe.runIf(isPresent)("TensorFlow.js's recurrent_test, within 1e-4", () => {
  const { run, skipped } = split(listed<TfjsCase>("tfjs/tfjs_gru.json"));
  test.skip.each(skipped)("skipped, %s: %s", () => {});
  test.each(run)("$name", async ({ units: H, xshape, activation, ...rest }) => {
    const of = (word: unknown) => (word === "ones" ? 1 : 0);
    const x = swapAxes(xshape ? filled(of(rest.x), ...xshape) : nested(rest.x));
    const [, B = 0, I = 0] = x.shape;
    const cell = {
      kernel: filled(of(rest.kernel), I, 3 * H),
      recurrentKernel: filled(of(rest.recurrent), H, 3 * H),
      bias: filled(of(rest.bias), 3 * H),
    };
    const gate = gateOf("case", "hard_sigmoid_keras_2");
    const settings = {
      goBackwards: false,
      returnSequences: true,
      gate,
      candidate: candidateOf("case", activation),
    };
    const imported = assemble("TensorFlow.js", [{ name: "gru", settings, cells: [cell] }]);
    if (rest.expected_per_step) {
      await runBoth(imported, x, undefined, ({ states }) => {
        const steps = rest.expected_per_step!.flatMap((v) => Array<number>(B * H).fill(v));
        expectClose(states, { shape: states.shape, data: steps }, 1e-4);
      });
    } else if (rest.expected_calls) {
      let state: Tensor | undefined;
      for (const call of rest.expected_calls) {
        const before = state;
        state = undefined;
        if (call === "reset") continue;
        await runBoth(imported, x, before, ({ final }) => {
          state = final;
          expectClose(final, filled(call, 1, B, H), 1e-4);
        });
      }
    } else {
      const h0 = filled(1.5, 1, B, H); // the output of a dense layer of ones for 0.1, …, 0.5
      await runBoth(imported, x, h0, ({ final }) => expectClose(reshape(final, H), nested(rest.expected), 1e-4));
    }
  });
});

interface WebnnCase {
  readonly name: string;
  readonly hiddenSize: number;
  readonly input: Plain;
  readonly weight: Plain;
  readonly recurrentWeight: Plain;
  readonly hiddenState?: Plain;
  readonly options: {
    readonly bias?: Plain;
    readonly recurrentBias?: Plain;
    readonly initialHiddenState?: Plain;
    readonly resetAfter?: boolean;
    readonly layout?: "zrn" | "rzn";
    readonly direction?: "forward" | "backward" | "both";
    readonly returnSequence?: boolean;
  };
  readonly expected: Readonly<Record<string, Plain>>;
}

describe.runIf(isPresent)("webnn-baseline's gru and gruCell, within 1e-5", () => {
  const { run, skipped } = split(listed<WebnnCase>("webnn/webnn_baseline_gru.json"));
  test.skip.each(skipped)("skipped, %s: %s", () => {});
  test.each(run)(
    "$name",
    async ({ hiddenSize: H, input, weight, recurrentWeight, hiddenState, options, expected }) => {
      const { direction: webnnDirection = "forward", layout = "zrn", resetAfter = true } = options;
      const direction = ({ forward: "forward", backward: "reverse", both: "bidirectional" } as const)[webnnDirection];
      const D = direction === "bidirectional" ? 2 : 1;
      const cellInput = input.shape.length === 2;
      const x = cellInput ? reshape(plainTensor(input), 1, ...input.shape) : plainTensor(input);
      const [, B = 0, I = 0] = x.shape;
      /** (D,3H,columns) with gates z, r, n. */
      const gates = (plain: Plain | undefined, columns: number): number[] => {
        const data = plain?.data ?? Array<number>(D * 3 * H * columns).fill(0);
        const block = H * columns;
        const order = layout === "rzn" ? [1, 0, 2] : [0, 1, 2];
        return Array.from({ length: D }, (_, d) =>
          order.flatMap((g) => data.slice((d * 3 + g) * block, (d * 3 + g + 1) * block)),
        ).flat();
      };
      const [first, second] = [gates(options.bias, 1), gates(options.recurrentBias, 1)];
      const biases = Array.from({ length: D }, (_, d) =>
        [first, second].flatMap((list) => list.slice(d * 3 * H, (d + 1) * 3 * H)),
      ).flat();
      const config: GruConfig = {
        ...{ inputSize: I, hiddenSize: H, outputSize: 0 },
        ...{ cell: resetAfter ? "reset-after" : "reset-before" },
        ...(direction !== "forward" && { direction }),
      };
      const tensors: StateDict = {
        W: plainTensor({ shape: [D, 3 * H, I], data: gates(weight, I) }),
        R: plainTensor({ shape: [D, 3 * H, H], data: gates(recurrentWeight, H) }),
        B: plainTensor({ shape: [D, 6 * H], data: biases }),
      };
      const h0 = options.initialHiddenState ?? hiddenState;
      const state = h0 && reshape(plainTensor(h0), D, B, H);
      await runBoth({ config, tensors, convention: "onnx", warnings: [] }, x, state, ({ states, final }) => {
        expectClose(reshape(final, ...expected["0"]!.shape), expected["0"]!);
        if (!options.returnSequence) return;
        expect(resolve(config).direction).toBe("forward"); // one direction: (T,1,B,H) is (T,B,H)
        expectClose(reshape(states, ...expected["1"]!.shape), expected["1"]!);
      });
    },
  );
});
