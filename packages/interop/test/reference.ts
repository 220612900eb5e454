import type { GruConfig, StateDict, Tensor } from "@sluice/model";
import type { Imported } from "../src/index.js";
import { cellsOf, directionsOf, resolve } from "../src/network.js";

/** The weights of one direction as functions of gate, unit and input, and its two biases. */
interface Cell {
  w(gate: Gate, unit: number, input: number): number;
  r(gate: Gate, unit: number, other: number): number;
  bias(gate: Gate, unit: number): readonly [input: number, state: number];
}
type Gate = "z" | "r" | "n";

function cellOf({ tensors, convention, config }: Imported, place: ReturnType<typeof cellsOf>[number]): Cell {
  const { hiddenSize: H } = config;
  const { layer, second, suffix, inputs } = place;
  const row = (gate: Gate, unit: number) => (convention === "pytorch" ? "rzn" : "zrn").indexOf(gate) * H + unit;
  const get = (name: string, at: number) => tensors[name]?.data[at] ?? 0;
  if (convention === "keras") {
    const after = config.cell === "reset-after";
    return {
      w: (g, u, i) => get(`gru.kernel${suffix}`, i * 3 * H + row(g, u)),
      r: (g, u, i) => get(`gru.recurrent_kernel${suffix}`, i * 3 * H + row(g, u)),
      bias: (g, u) => [get(`gru.bias${suffix}`, row(g, u)), after ? get(`gru.bias${suffix}`, 3 * H + row(g, u)) : 0],
    };
  }
  if (convention === "pytorch") {
    const name = `_l${layer}${second ? "_reverse" : ""}`;
    return {
      w: (g, u, i) => get(`gru.weight_ih${name}`, row(g, u) * inputs + i),
      r: (g, u, i) => get(`gru.weight_hh${name}`, row(g, u) * H + i),
      bias: (g, u) => [get(`gru.bias_ih${name}`, row(g, u)), get(`gru.bias_hh${name}`, row(g, u))],
    };
  }
  const name = layer === 0 ? "" : `_l${layer}`;
  const d = second ? 1 : 0;
  return {
    w: (g, u, i) => get(`W${name}`, (d * 3 * H + row(g, u)) * inputs + i),
    r: (g, u, i) => get(`R${name}`, (d * 3 * H + row(g, u)) * H + i),
    bias: (g, u) => [0, 3 * H].map((at) => get(`B${name}`, d * 6 * H + at + row(g, u))) as [number, number],
  };
}

const GATES = {
  sigmoid: (v: number) => 1 / (1 + Math.exp(-v)),
  "hard-sigmoid": (v: number) => Math.min(1, Math.max(0, v / 6 + 0.5)),
  "hard-sigmoid-0.2": (v: number) => Math.min(1, Math.max(0, 0.2 * v + 0.5)),
};
const CANDIDATES = { tanh: Math.tanh, relu: (v: number) => Math.max(0, v), linear: (v: number) => v };
const sum = (n: number, term: (i: number) => number) =>
  Array.from({ length: n }, (_, i) => term(i)).reduce((a, b) => a + b, 0);

/** One time step of one sequence in double precision. */
function step(cell: Cell, config: GruConfig, x: readonly number[], h: readonly number[]): readonly number[] {
  const { gateActivation, candidateActivation } = resolve(config);
  const xw = (g: Gate, u: number) => sum(x.length, (i) => x[i]! * cell.w(g, u, i)) + cell.bias(g, u)[0];
  const hr = (g: Gate, u: number, state = h) =>
    sum(h.length, (i) => state[i]! * cell.r(g, u, i)) + cell.bias(g, u)[1];
  const gate = (g: Gate) => h.map((_, u) => GATES[gateActivation](xw(g, u) + hr(g, u)));
  const [z, r] = [gate("z"), gate("r")];
  return h.map((before, u) => {
    const after = config.cell === "reset-after";
    const inner = after
      ? r[u]! * hr("n", u)
      : hr(
          "n",
          u,
          h.map((v, i) => r[i]! * v),
        ); // the recurrent bias is added outside of the product with r
    const n = CANDIDATES[candidateActivation](xw("n", u) + inner);
    return (1 - z[u]!) * n + z[u]! * before;
  });
}

/**
 * The outputs of a network by the equations of its layers, independent of the model's code. With `outputs: "last"` they are
 * those of each direction's final state.
 */
export function reference(imported: Imported, x: Tensor, initialState?: Tensor): Tensor {
  const config = resolve(imported.config);
  const { hiddenSize: H, outputSize: O, layers, outputs } = config;
  const [T, B, I] = x.shape as [number, number, number];
  const directions = directionsOf(config);
  let rows = Array.from({ length: T }, (_, t) =>
    Array.from(
      { length: B },
      (_, b) => [...x.data.subarray((t * B + b) * I, (t * B + b + 1) * I)] as readonly number[],
    ),
  );
  let last: (readonly number[])[] = [];
  const cells = cellsOf(config);
  for (let layer = 0; layer < layers; layer++) {
    const states = cells.slice(layer * directions, (layer + 1) * directions).map((place, d) => {
      const cell = cellOf(imported, place);
      const reverse = place.second || config.direction === "reverse";
      const order = Array.from({ length: T }, (_, t) => (reverse ? T - 1 - t : t));
      const h = Array.from({ length: B }, (_, b) => {
        const at = ((layer * directions + d) * B + b) * H;
        return initialState ? [...initialState.data.subarray(at, at + H)] : Array<number>(H).fill(0);
      }) as (readonly number[])[];
      const all: (readonly (readonly number[])[])[] = [];
      for (const t of order) {
        for (let b = 0; b < B; b++) h[b] = step(cell, config, rows[t]![b]!, h[b]!);
        all[t] = [...h];
      }
      return { all, final: [...h] };
    });
    last = states[0]!.final.map((_, b) => states.flatMap(({ final }) => final[b]!));
    rows = rows.map((_, t) => last.map((_, b) => states.flatMap(({ all }) => all[t]![b]!)));
  }
  const steps = outputs === "last" ? [last] : rows;
  const out = steps.flat().flatMap((features) => (O > 0 ? readout(imported.tensors, O, features) : features));
  const width = O > 0 ? O : H * directions;
  return { data: Float32Array.from(out), shape: outputs === "last" ? [B, width] : [T, B, width] };
}

function readout(tensors: StateDict, O: number, features: readonly number[]): readonly number[] {
  const [across, down] = [tensors["head.kernel"], tensors["head.weight"]];
  const weight = (o: number, i: number) => (across ? across.data[i * O + o]! : down!.data[o * features.length + i]!);
  return Array.from(
    { length: O },
    (_, o) => sum(features.length, (i) => features[i]! * weight(o, i)) + tensors["head.bias"]!.data[o]!,
  );
}
