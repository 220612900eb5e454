// An ONNX model of one GRU node with its head, written by hand: protobuf has four wire types, of which two are needed here.

const utf8 = new TextEncoder();

function varint(n) {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return [...bytes, n];
}
const number = (field, n) => [...varint(field * 8), ...varint(n)];
const bytes = (field, body) => [...varint(field * 8 + 2), ...varint(body.length), ...body];
const text = (field, s) => bytes(field, utf8.encode(s));

function floats(name, dims, data) {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [...dims.flatMap((d) => number(1, d)), ...number(2, 1), ...text(8, name), ...bytes(9, raw)];
}
function integers(name, values) {
  const raw = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
  return [...number(1, values.length), ...number(2, 7), ...text(8, name), ...bytes(9, raw)];
}
const attribute = (name, n) => [...text(1, name), ...number(3, n), ...number(20, 2)];
const node = (type, inputs, outputs, attributes = []) => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(4, type),
  ...attributes.flatMap((a) => bytes(5, a)),
];
/** A float tensor of any size in each named dimension. */
function value(name, dims) {
  const shape = dims.flatMap((d) => bytes(1, typeof d === "string" ? text(2, d) : number(1, d)));
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, shape)]))];
}

/** x (T,B,I), h0 (1,B,H) → y (T,B,O), h (1,B,H), from a state dictionary in the convention "onnx". */
export function onnxGru({ inputSize: I, hiddenSize: H, outputSize: O }, dict, linearBeforeReset) {
  const weight = new Float32Array(H * O); // MatMul takes (H,O)
  for (let o = 0; o < O; o++) for (let k = 0; k < H; k++) weight[k * O + o] = dict["head.weight"].data[o * H + k];
  const graph = [
    ...bytes(
      1,
      node(
        "GRU",
        ["x", "W", "R", "B", "", "h0"],
        ["states", "h"],
        [attribute("hidden_size", H), attribute("linear_before_reset", linearBeforeReset ? 1 : 0)],
      ),
    ),
    ...bytes(1, node("Squeeze", ["states", "axes"], ["flat"])),
    ...bytes(1, node("MatMul", ["flat", "V"], ["product"])),
    ...bytes(1, node("Add", ["product", "c"], ["y"])),
    ...text(2, "gru"),
    ...bytes(5, floats("W", [1, 3 * H, I], dict.W.data)),
    ...bytes(5, floats("R", [1, 3 * H, H], dict.R.data)),
    ...bytes(5, floats("B", [1, 6 * H], dict.B.data)),
    ...bytes(5, floats("V", [H, O], weight)),
    ...bytes(5, floats("c", [O], dict["head.bias"].data)),
    ...bytes(5, integers("axes", [1])),
    ...bytes(11, value("x", ["T", "B", I])),
    ...bytes(11, value("h0", [1, "B", H])),
    ...bytes(12, value("y", ["T", "B", O])),
    ...bytes(12, value("h", [1, "B", H])),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 14))]);
}
