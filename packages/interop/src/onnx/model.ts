/** The part of ONNX's protobuf messages that a GRU needs. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */
import { PbfWriter } from "pbf";
import { unreadable, unsupported } from "../model-file-error.js";
import { type Field, readFields } from "./fields.js";

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: OnnxGraph;
}
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}
export interface OnnxNode {
  readonly op: string;
  readonly domain?: string;
  readonly name?: string;
  /** Names; an empty one denotes an omitted input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}
export type OnnxAttribute = number | string | readonly number[] | readonly string[] | OnnxTensor;
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** ONNX's number of the type: f32 has `floats`, integer types `integers`, others neither. */
  readonly type: number;
  readonly floats?: Float32Array;
  readonly integers?: readonly number[];
}
/** An input or output of f32; a size is a number or a name. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export const FLOAT = 1;
const INT32 = 6;
export const INT64 = 7;

const text = ({ bytes }: Field) => new TextDecoder().decode(bytes);

/** Collects the fields of a message by number. If a field that is not repeated occurs several times, its last value is used. */
function collect(bytes: Uint8Array): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  for (const field of readFields(bytes)) {
    const list = fields.get(field.number);
    if (list) list.push(field);
    else fields.set(field.number, [field]);
  }
  return fields;
}

/** @throws ModelFileError for bytes that are not an ONNX model. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const fields = collect(bytes);
  const all = (number: number) => fields.get(number) ?? [];
  const graph = all(7).at(-1);
  if (!graph || graph.bytes.length === 0) unreadable("ONNX", "a model with a graph", "none; is this an ONNX file?");
  const opsets = all(8).map(({ bytes: entry }) => {
    const opset = collect(entry);
    return { domain: (opset.get(1) ?? []).map(text).join(""), version: opset.get(2)?.at(-1)?.integer ?? 0 };
  });
  const metadata = all(14).map(({ bytes: entry }) => {
    const pair = collect(entry);
    return [(pair.get(1) ?? []).map(text).join(""), (pair.get(2) ?? []).map(text).join("")] as const;
  });
  return {
    irVersion: all(1).at(-1)?.integer ?? 0,
    producer: all(2).map(text).join(""),
    opset: opsets.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0,
    metadata: Object.fromEntries(metadata),
    graph: decodeGraph(graph.bytes),
  };
}

function decodeGraph(bytes: Uint8Array): OnnxGraph {
  const fields = collect(bytes);
  const messages = (number: number) => (fields.get(number) ?? []).map((field) => field.bytes);
  return {
    nodes: messages(1).map(decodeNode),
    initializers: messages(5).map(decodeTensor),
    inputs: messages(11).map(decodeValue),
    outputs: messages(12).map(decodeValue),
  };
}

function decodeNode(bytes: Uint8Array): OnnxNode {
  const fields = collect(bytes);
  const texts = (number: number) => (fields.get(number) ?? []).map(text);
  return {
    inputs: texts(1),
    outputs: texts(2),
    name: texts(3).join(""),
    op: texts(4).join(""),
    domain: texts(7).join(""),
    attributes: Object.fromEntries((fields.get(5) ?? []).map((field) => decodeAttribute(field.bytes))),
  };
}

/** The type of an attribute is stored explicitly: a value of zero may be absent. */
function decodeAttribute(bytes: Uint8Array): readonly [string, OnnxAttribute] {
  const fields = collect(bytes);
  const all = (number: number) => fields.get(number) ?? [];
  const last = (number: number) => all(number).at(-1);
  const name = all(1).map(text).join("");
  switch (last(20)?.integer) {
    case 1:
      return [name, last(2)?.float ?? 0];
    case 2:
      return [name, last(3)?.integer ?? 0];
    case 3:
      return [name, last(4) ? text(last(4)!) : ""];
    case 4:
      return [name, decodeTensor(last(5)?.bytes ?? new Uint8Array(0))];
    case 6:
      return [name, all(7).flatMap((field) => field.floats())];
    case 7:
      return [name, all(8).flatMap((field) => field.integers())];
    case 8:
      return [name, all(9).map(text)];
    default:
      return [name, "an attribute of another type"];
  }
}

function decodeTensor(bytes: Uint8Array): OnnxTensor {
  const fields = collect(bytes);
  const all = (number: number) => fields.get(number) ?? [];
  const name = all(8).map(text).join("");
  const shape = all(1).flatMap((field) => field.integers());
  const type = all(2).at(-1)?.integer ?? 0;
  const size = shape.reduce((product, n) => product * n, 1);
  const where = `ONNX tensor ${name}`;
  if (!shape.every((n) => n >= 0)) unreadable(where, "sizes from 0", shape);
  if (all(13).length > 0) unsupported(where, "numbers inside the file", "a reference to another file");
  const expectCount = (count: number) => {
    if (count !== size) unreadable(`${where} [${shape.join(", ")}]`, `${size} numbers`, count);
  };
  const raw = all(9).at(-1)?.bytes;
  if (type === FLOAT) {
    const floats = raw ? new Float32Array(aligned(raw, 4, where)) : all(4).flatMap((field) => field.floats());
    expectCount(floats.length);
    return { name, shape, type, floats: raw ? (floats as Float32Array) : Float32Array.from(floats) };
  }
  if (type === INT64 || type === INT32) {
    const integers = raw ? rawIntegers(raw, type, where) : all(type === INT64 ? 7 : 5).flatMap((f) => f.integers());
    expectCount(integers.length);
    return { name, shape, type, integers };
  }
  return { name, shape, type };
}

function rawIntegers(raw: Uint8Array, type: number, where: string): readonly number[] {
  return type === INT64
    ? Array.from(new BigInt64Array(aligned(raw, 8, where)), Number)
    : [...new Int32Array(aligned(raw, 4, where))];
}

/** A copy of the bytes, aligned to elements of `size` bytes. */
function aligned(raw: Uint8Array, size: number, where: string): ArrayBuffer {
  if (raw.length % size !== 0) unreadable(where, `a multiple of ${size} bytes`, raw.length);
  return Uint8Array.from(raw).buffer;
}

function decodeValue(bytes: Uint8Array): OnnxValue {
  const inside = (outer: Uint8Array, number: number) =>
    collect(outer).get(number)?.at(-1)?.bytes ?? new Uint8Array(0);
  const fields = collect(bytes);
  const shape = inside(inside(fields.get(2)?.at(-1)?.bytes ?? new Uint8Array(0), 1), 2);
  const sizes = (collect(shape).get(1) ?? []).map(({ bytes: size }) => {
    const dimension = collect(size);
    const named = dimension.get(2)?.at(-1);
    return named ? text(named) : (dimension.get(1)?.at(-1)?.integer ?? "");
  });
  return { name: (fields.get(1) ?? []).map(text).join(""), shape: sizes };
}

export function encodeModel({ irVersion, opset, producer, metadata, graph }: OnnxModel): Uint8Array {
  const out = new PbfWriter();
  out.writeVarintField(1, irVersion);
  out.writeStringField(2, producer);
  out.writeMessage(7, encodeGraph, graph);
  out.writeMessage(8, (version: number, w) => w.writeVarintField(2, version), opset);
  for (const pair of Object.entries(metadata)) {
    out.writeMessage(
      14,
      ([key, value]: readonly [string, string], w) => {
        w.writeStringField(1, key);
        w.writeStringField(2, value);
      },
      pair,
    );
  }
  return out.finish();
}

function encodeGraph({ nodes, initializers, inputs, outputs }: OnnxGraph, out: PbfWriter): void {
  for (const node of nodes) out.writeMessage(1, encodeNode, node);
  out.writeStringField(2, "gru");
  for (const tensor of initializers) out.writeMessage(5, encodeTensor, tensor);
  for (const value of inputs) out.writeMessage(11, encodeValue, value);
  for (const value of outputs) out.writeMessage(12, encodeValue, value);
}

function encodeNode({ op, name, inputs, outputs, attributes }: OnnxNode, out: PbfWriter): void {
  for (const input of inputs) out.writeStringField(1, input);
  for (const output of outputs) out.writeStringField(2, output);
  if (name) out.writeStringField(3, name);
  out.writeStringField(4, op);
  for (const attribute of Object.entries(attributes)) out.writeMessage(5, encodeAttribute, attribute);
}

/** Encodes the attribute types that the written operators have: a number as integer, a list as floats, except for perm. */
function encodeAttribute([name, value]: readonly [string, OnnxAttribute], out: PbfWriter): void {
  out.writeStringField(1, name);
  if (typeof value === "number") {
    out.writeVarintField(3, value);
    out.writeVarintField(20, 2);
  } else if (typeof value === "string") {
    out.writeBytesField(4, new TextEncoder().encode(value));
    out.writeVarintField(20, 3);
  } else if (!Array.isArray(value)) {
    out.writeMessage(5, encodeTensor, value as OnnxTensor);
    out.writeVarintField(20, 4);
  } else if (typeof value[0] === "string") {
    for (const item of value) out.writeBytesField(9, new TextEncoder().encode(item));
    out.writeVarintField(20, 8);
  } else if (name === "perm") {
    for (const item of value) out.writeVarintField(8, item);
    out.writeVarintField(20, 7);
  } else {
    for (const item of value) out.writeFloatField(7, item);
    out.writeVarintField(20, 6);
  }
}

function encodeTensor({ name, shape, type, floats, integers }: OnnxTensor, out: PbfWriter): void {
  const raw = floats ?? BigInt64Array.from(integers ?? [], BigInt);
  for (const size of shape) out.writeVarintField(1, size);
  out.writeVarintField(2, type);
  out.writeStringField(8, name);
  out.writeBytesField(9, new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
}

function encodeValue({ name, shape }: OnnxValue, out: PbfWriter): void {
  const size = (dimension: number | string, w: PbfWriter) =>
    typeof dimension === "number" ? w.writeVarintField(1, dimension) : w.writeStringField(2, dimension);
  const sizes = (_: unknown, w: PbfWriter) => {
    for (const dimension of shape) w.writeMessage(1, size, dimension);
  };
  const tensorType = (_: unknown, w: PbfWriter) => {
    w.writeVarintField(1, FLOAT);
    w.writeMessage(2, sizes, undefined);
  };
  out.writeStringField(1, name);
  out.writeMessage(2, (_: unknown, w: PbfWriter) => w.writeMessage(1, tensorType, undefined), undefined);
}
