export { type ReadOnnxOptions, readOnnx } from "./onnx/read.js";
export { type WriteOnnxOptions, writeOnnx } from "./onnx/write.js";
