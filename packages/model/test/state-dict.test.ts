import { expect, test } from "vitest";
import {
  type Cell,
  type Convention,
  conversion,
  Gru,
  type GruConfig,
  type StateDict,
  type Tensor,
} from "../src/index.js";
import { bits, randomNetwork, randomTensor } from "./random-network.js";

const I = 2;
const H = 5;
const O = 3;
const config = (cell: Cell): GruConfig => ({ inputSize: I, hiddenSize: H, outputSize: O, cell, seed: 7 });

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Row-major element (i, j) of a matrix of `columns` columns. */
const at = ({ data }: Tensor, i: number, j: number, columns: number) => data[i * columns + j]!;
const sum = (n: number, f: (k: number) => number) =>
  Array.from({ length: n }, (_, k) => f(k)).reduce((a, b) => a + b, 0);

/** Keras' documented GRU cell, gates z, r, h, in f64. */
function keras(dict: StateDict, after: boolean, x: number[], h: number[]): number[] {
  const kernel = dict["gru.kernel"]!;
  const recurrent = dict["gru.recurrent_kernel"]!;
  const bias = dict["gru.bias"]!;
  const input = (gate: number, j: number) =>
    sum(I, (k) => x[k]! * at(kernel, k, gate * H + j, 3 * H)) + bias.data[gate * H + j]!;
  const state = (gate: number, j: number, of: number[]) =>
    sum(H, (k) => of[k]! * at(recurrent, k, gate * H + j, 3 * H)) + (after ? bias.data[3 * H + gate * H + j]! : 0);
  const z = h.map((_, j) => sigmoid(input(0, j) + state(0, j, h)));
  const r = h.map((_, j) => sigmoid(input(1, j) + state(1, j, h)));
  const rh = h.map((v, j) => r[j]! * v);
  const n = h.map((_, j) => Math.tanh(input(2, j) + (after ? r[j]! * state(2, j, h) : state(2, j, rh))));
  return h.map((v, j) => z[j]! * v + (1 - z[j]!) * n[j]!);
}

/** ONNX's GRU operator, gates z, r, h, in f64. */
function onnx(dict: StateDict, linearBeforeReset: boolean, x: number[], h: number[]): number[] {
  const input = (gate: number, j: number) => sum(I, (k) => x[k]! * at(dict["W"]!, gate * H + j, k, I));
  const state = (gate: number, j: number, of: number[]) => sum(H, (k) => of[k]! * at(dict["R"]!, gate * H + j, k, H));
  const wb = (gate: number, j: number) => dict["B"]!.data[gate * H + j]!;
  const rb = (gate: number, j: number) => dict["B"]!.data[3 * H + gate * H + j]!;
  const z = h.map((_, j) => sigmoid(input(0, j) + state(0, j, h) + wb(0, j) + rb(0, j)));
  const r = h.map((_, j) => sigmoid(input(1, j) + state(1, j, h) + wb(1, j) + rb(1, j)));
  const rh = h.map((v, j) => r[j]! * v);
  const n = h.map((_, j) =>
    Math.tanh(
      input(2, j) + wb(2, j) + (linearBeforeReset ? r[j]! * (state(2, j, h) + rb(2, j)) : state(2, j, rh) + rb(2, j)),
    ),
  );
  return h.map((v, j) => (1 - z[j]!) * n[j]! + z[j]! * v);
}

test.each(["reset-before", "reset-after"] as const)(
  "%s: the equations of Keras and ONNX with our state dictionaries give our states",
  async (cell) => {
    const gru = await randomNetwork(config(cell));
    const x = randomTensor([4, 1, I], 3);
    const { hidden } = gru.forward(x);
    for (const run of [keras.bind(null, gru.stateDict("keras")), onnx.bind(null, gru.stateDict("onnx"))]) {
      let h = new Array<number>(H).fill(0);
      for (let t = 0; t < 4; t++) {
        h = run(cell === "reset-after", [...x.data.subarray(t * I, t * I + I)], h);
        for (let j = 0; j < H; j++) expect(hidden.data[t * H + j]).toBeCloseTo(h[j]!, 6);
      }
    }
  },
);

const named: [Cell, Convention][] = [
  ["reset-before", "notebook"],
  ["reset-before", "keras"],
  ["reset-before", "onnx"],
  ["reset-after", "pytorch"],
  ["reset-after", "keras"],
  ["reset-after", "onnx"],
  ["memoryless", "notebook"],
];

test.each(named)("%s to %s and back keeps every bit", async (cell, convention) => {
  const gru = await randomNetwork(config(cell));
  const again = await Gru.fromStateDict(config(cell), gru.stateDict(convention), convention);
  const usual = cell === "reset-after" ? "pytorch" : "notebook";
  for (const [name, { data }] of Object.entries(gru.stateDict(usual)))
    expect(bits(again.stateDict(usual)[name]!.data)).toEqual(bits(data));
});

test("ONNX's second bias is added if the cell has one bias", async () => {
  const gru = await randomNetwork(config("reset-before"));
  const dict = gru.stateDict("onnx");
  dict["B"]!.data.fill(0.25, 3 * H);
  const again = await Gru.fromStateDict(config("reset-before"), dict, "onnx");
  const [before, after] = [gru.stateDict("notebook")["b_r"]!.data, again.stateDict("notebook")["b_r"]!.data];
  for (const [j, b] of before.entries()) expect(after[j]).toBe(Math.fround(b + 0.25));
});

test("conversion() returns exact, rounded or impossible", () => {
  expect(conversion("notebook", "keras").kind).toBe("exact");
  expect(conversion("pytorch", "keras").kind).toBe("exact");
  expect(conversion("keras", "onnx").kind).toBe("exact");
  expect(conversion("onnx", "notebook").kind).toBe("rounded");
  expect(conversion("onnx", "keras", "reset-before").kind).toBe("rounded");
  expect(conversion("onnx", "keras", "reset-after").kind).toBe("exact");
  expect(conversion("notebook", "pytorch")).toMatchObject({
    kind: "impossible",
    reason: expect.stringContaining("reset gate"),
  });
  expect(conversion("pytorch", "notebook").kind).toBe("impossible");
  expect(conversion("notebook", "keras", "memoryless").kind).toBe("impossible");
});

test.each([
  ["notebook", "tfjs", {}, "exact"],
  ["keras", "tfjs", {}, "exact"],
  ["onnx", "tfjs", {}, "rounded"],
  ["tfjs", "onnx", {}, "exact"],
  ["keras", "tfjs", { cell: "reset-after" }, "TensorFlow.js applies the reset gate before"],
  ["pytorch", "tfjs", {}, "TensorFlow.js applies the reset gate before"],
  ["tfjs", "pytorch", {}, "nn.GRU applies the reset gate after"],
  ["keras", "tfjs", { gateActivation: "hard-sigmoid-0.2" }, "exact"],
  ["keras", "tfjs", { gateActivation: "hard-sigmoid" }, "0.2x + 0.5"],
  ["keras", "onnx", { gateActivation: "hard-sigmoid", candidateActivation: "relu" }, "exact"],
  ["keras", "pytorch", { gateActivation: "hard-sigmoid" }, "sigmoid gates only, not hard-sigmoid"],
  ["onnx", "pytorch", { candidateActivation: "relu" }, "tanh candidate only, not relu"],
  ["onnx", "pytorch", { direction: "reverse" }, "does not support the reverse direction alone"],
  ["onnx", "pytorch", { direction: "bidirectional" }, "exact"],
  ["notebook", "keras", { learnInitialState: true }, "learned initial state"],
] as const)("conversion %s → %s of %j: %s", (from, to, network, said) => {
  const { kind, reason } = conversion(from, to, network);
  if (said === "exact" || said === "rounded") expect(kind).toBe(said);
  else expect([kind, reason]).toEqual(["impossible", expect.stringContaining(said)]);
});

test("an impossible conversion throws with the reason", async () => {
  const gru = await randomNetwork(config("reset-before"));
  expect(() => gru.stateDict("pytorch")).toThrow(/because nn\.GRU applies the reset gate after/);
});

test("a state dictionary with a wrong tensor throws with its name", async () => {
  const good = (await randomNetwork(config("reset-before"))).stateDict("notebook");
  const load = (dict: StateDict) => Gru.fromStateDict(config("reset-before"), dict, "notebook");
  const { W_hr: _, ...without } = good;
  await expect(load(without)).rejects.toThrow(/expected a tensor W_hr \[5, 5\], got none/);
  await expect(load({ ...good, W_hx: good["W_hr"]! })).rejects.toThrow(/got "W_hx"/);
  await expect(load({ ...good, b_r: good["W_hr"]! })).rejects.toThrow(/b_r: expected shape \[1, 5\], got \[5, 5\]/);
  const broken = { data: good["b_r"]!.data.slice().fill(Number.NaN, 2, 3), shape: [1, H] };
  await expect(load({ ...good, b_r: broken })).rejects.toThrow(/b_r: expected finite numbers, got NaN at element 2/);
});
