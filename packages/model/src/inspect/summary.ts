import { parameterLayout } from "../config/shape.js";
import { defaultConvention, type TensorSpec, tensorSpecs } from "../formats/conventions.js";
import type { Gru } from "../gru/gru.js";
import { sizeOf } from "../tensors/tensor.js";
import { trackName } from "./track-name.js";

export interface SummaryTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parameters: number;
}

/** One layer in one direction, the head, or the learned initial states. */
export interface SummaryLayer {
  readonly name: string;
  /** `T` steps and `B` samples are the batch's. */
  readonly outputShape: readonly ("T" | "B" | number)[];
  readonly tensors: readonly SummaryTensor[];
  readonly parameters: number;
}

export interface Summary {
  readonly layers: readonly SummaryLayer[];
  readonly parameters: number;
  /** The table as text. */
  readonly text: string;
}

/** Lists the layers of a network, the shapes of their outputs, their tensors in the cell's default convention, and their sizes. */
export function summary(gru: Pick<Gru, "config">): Summary {
  const config = { ...gru.config }; // a copy, because layouts are memoized by object identity
  const { hiddenSize: H, outputSize: O, outputs, cell } = config;
  const { tracks, layers: byLayer, headStart, stateStart } = parameterLayout(config);
  const specs = tensorSpecs(config, defaultConvention(cell));
  const ends = [...tracks.slice(1).map(({ start }) => start), headStart];
  const top = byLayer.length - 1;

  /** The tensors that lie in parameters [from, to). */
  const within = (from: number, to: number) =>
    specs.filter(({ parts: [first] }) => first!.start >= from && first!.start < to).map(tensorOf);
  const layerOf = (name: string, outputShape: SummaryLayer["outputShape"], from: number, to: number) => {
    const tensors = within(from, to);
    return { name, outputShape, tensors, parameters: total(tensors) };
  };
  const shapeOf = (size: number, last: boolean) => (last ? (["B", size] as const) : (["T", "B", size] as const));

  const layers: SummaryLayer[] = tracks.map((track, i) =>
    layerOf(trackName(track), shapeOf(H, outputs === "last" && track.layer === top), track.start, ends[i]!),
  );
  if (O > 0) layers.push(layerOf("head", shapeOf(O, outputs === "last"), headStart, stateStart));
  if (config.learnInitialState)
    layers.push(layerOf("initial states", [tracks.length, "B", H], stateStart, Number.POSITIVE_INFINITY));
  const parameters = total(layers);
  return { layers, parameters, text: textOf(cell, layers, parameters) };
}

function tensorOf({ name, shape }: TensorSpec): SummaryTensor {
  return { name, shape, parameters: sizeOf(shape) };
}

function total(rows: readonly { readonly parameters: number }[]): number {
  return rows.reduce((sum, { parameters }) => sum + parameters, 0);
}

const inBrackets = (shape: readonly (string | number)[]) => `(${shape.join(", ")})`;

function textOf(cell: string, layers: readonly SummaryLayer[], parameters: number): string {
  const rows = layers.map(({ name, outputShape, tensors, parameters }) => [
    [name, inBrackets(outputShape), "", "", String(parameters)],
    ...tensors.map((tensor) => ["", "", tensor.name, inBrackets(tensor.shape), String(tensor.parameters)]),
  ]);
  const heading = ["layer", "output shape", "tensor", "shape", "parameters"];
  const widths = heading.map((word, c) =>
    rows.flat().reduce((most, row) => Math.max(most, row[c]!.length), word.length),
  );
  const line = (row: readonly string[]) =>
    row
      .map((word, c) => (c === row.length - 1 ? word.padStart(widths[c]!) : word.padEnd(widths[c]!)))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("──");
  return [
    `GRU, ${cell}`,
    line(heading),
    rule,
    ...rows.flatMap((layer) => [...layer.map(line), rule]),
    `${parameters} parameters, ${parameters * 4} bytes`,
  ].join("\n");
}
