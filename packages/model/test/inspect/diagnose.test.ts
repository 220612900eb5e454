import { expect, test } from "vitest";
import { type Cell, Gru, type GruConfig, type StateDict, type Tensor, tensor } from "../../src/index.js";
import { diagnose } from "../../src/inspect.js";
import { bits, randomNetwork, randomTensor } from "../random-network.js";

const base = { inputSize: 2, hiddenSize: 5, outputSize: 1, seed: 4 };
const [T, B] = [6, 3];
const x = randomTensor([T, B, 2], 1);
const y = randomTensor([T, B, 1], 2);
const last = randomTensor([B, 1], 2);

/** A network with some tensors, named as in the notebook, filled with a number. */
async function filled(fills: Record<string, number>, config: Partial<GruConfig> = {}): Promise<Gru> {
  const all: GruConfig = { ...base, cell: "reset-before", ...config };
  const dict: StateDict = (await randomNetwork(all)).stateDict("notebook");
  for (const [name, value] of Object.entries(fills)) dict[name]!.data.fill(value);
  return Gru.fromStateDict(all, dict, "notebook");
}

test("five of the eleven parameters of the memoryless cell have no gradient, and it has no memory", async () => {
  const gru = await randomNetwork({ ...base, cell: "memoryless" });
  expect(Object.keys(gru.stateDict("notebook"))).toHaveLength(11);
  const { withoutGradient, hasMemory, findings } = diagnose(gru, { x, y });
  expect([...withoutGradient].sort()).toEqual(["W_hh", "W_hr", "W_hz", "W_xr", "b_r"]);
  expect(hasMemory).toBe(false);
  expect(findings.map(({ kind }) => kind)).toEqual([...Array(5).fill("no-gradient"), "no-memory"]);
  expect(findings.map(({ message }) => message)).toContain(
    "W_hr has no gradient: training on such data never changes it",
  );
});

test.each<Cell>(["reset-before", "reset-after"])("a sound %s cell has no findings", async (cell) => {
  const gru = await randomNetwork({ ...base, cell });
  expect(diagnose(gru, { x, y })).toEqual({ withoutGradient: [], hasMemory: true, findings: [] });
});

test.each(["forward", "reverse", "bidirectional"] as const)(
  "memory is detected in direction %s",
  async (direction) => {
    for (const outputs of ["all", "last"] as const) {
      for (const layers of [1, 2]) {
        const network = (cell: Cell) => randomNetwork({ ...base, cell, direction, outputs, layers });
        const data = { x, y: outputs === "all" ? y : last };
        expect(diagnose(await network("reset-after"), data).hasMemory).toBe(true);
        expect(diagnose(await network("memoryless"), data).hasMemory).toBe(false);
      }
    }
  },
);

test("a cell whose weights ignore the state has no memory", async () => {
  // z = 0, and the candidate does not see the state
  const gru = await filled({ W_hh: 0, b_z: -200 });
  const { hasMemory, findings } = diagnose(gru, { x, y });
  expect(hasMemory).toBe(false);
  expect(findings.find(({ kind }) => kind === "saturated-gate")).toEqual({
    kind: "saturated-gate",
    layer: 0,
    direction: "forward",
    gate: "z",
    low: 1,
    high: 0,
    message:
      "layer 0, forward: the update gate z is saturated: 100 % of its values are within 1 % of the lower limit of its range and 0 % of the upper, where its gradient vanishes",
  });
});

test("a palindromic past is rotated", async () => {
  const gru = await randomNetwork({ inputSize: 1, hiddenSize: 5, outputSize: 1, cell: "reset-after", seed: 4 });
  const steps = tensor(Float32Array.of(0.1, 0.9, 0.1, 0.5), [4, 1, 1]);
  expect(diagnose(gru, { x: steps, y: steps }).hasMemory).toBe(true);
});

test("memory is undefined if all past steps are equal, or fewer than two", async () => {
  const gru = await randomNetwork({ ...base, cell: "reset-after" });
  const still: Tensor = tensor(new Float32Array(T * B * 2).fill(0.5), [T, B, 2]);
  expect(diagnose(gru, { x: still, y }).hasMemory).toBe(undefined);
  expect(diagnose(gru, { x: randomTensor([2, B, 2], 1), y: randomTensor([2, B, 1], 1) }).hasMemory).toBe(undefined);
  expect(diagnose(gru, { x: randomTensor([3, B, 2], 1), y: randomTensor([3, B, 1], 1) }).hasMemory).toBe(true);
});

test("targets equal to the outputs are no finding", async () => {
  const gru = await randomNetwork({ ...base, cell: "reset-before" });
  const { output } = gru.forward(x);
  expect(gru.backward(x, output).gradients["W_hq"]!.data.every((g) => g === 0)).toBe(true);
  expect(diagnose(gru, { x, y: output }).withoutGradient).toEqual([]);
});

test("a saturated candidate is found", async () => {
  const { findings } = diagnose(await filled({ b_h: 4 }), { x, y });
  expect(findings).toMatchObject([{ kind: "saturated-gate", gate: "n", low: 0, high: 1 }]);
});

test("values that are not finite are found, in gates, states and gradients", async () => {
  const gru = await filled({ W_xh: 3e38, W_hh: 3e38 }, { candidateActivation: "linear" });
  const { findings } = diagnose(gru, { x, y });
  const kinds = findings.map((finding) => ("gate" in finding ? `${finding.kind} ${finding.gate}` : finding.kind));
  expect(kinds).toEqual(
    expect.arrayContaining(["non-finite-gradient", "non-finite-gate n", "non-finite-gate state"]),
  );
});

test("the network is unchanged, and invalid data throw", async () => {
  const gru = await randomNetwork({ ...base, cell: "reset-before" });
  const before = bits(gru.forward(x).output.data);
  diagnose(gru, { x, y, loss: "mae" });
  expect(bits(gru.forward(x).output.data)).toEqual(before);
  expect(() => diagnose(gru, { x, y: last })).toThrow("y: expected shape [6, 3, 1], got [3, 1]");
});
