import { ModelFileError, messageOf } from "./model-file-error.js";

/** A reader of this package. */
type Reader = "readKeras" | "readOnnx" | "readPyTorch" | "readTfjs";

interface Format {
  readonly name: string;
  /** How to get a file that a reader takes, or the reader itself. */
  readonly advice: string;
  /** The reader that takes it. */
  readonly reader?: Reader;
  matches(bytes: Uint8Array): boolean;
}

const FROM_PYTORCH =
  'in Python, call safetensors.torch.save_file(model.state_dict(), "gru.safetensors"), and read that with readPyTorch';
const FROM_TENSORFLOW =
  'in Python, call model.save_weights("gru.weights.h5") and read that with readKeras, or convert with tf2onnx for readOnnx';
const FROM_ORIGINAL = "read the model that it was converted from";

const zipWith =
  (...names: readonly string[]) =>
  (bytes: Uint8Array) =>
    isZip(bytes) && names.some((name) => contains(bytes, name));

/** Formats of files by their magic bytes, the specific ones before the general. */
const FORMATS: readonly Format[] = [
  { name: "a PyTorch archive (.pt, .pth)", advice: FROM_PYTORCH, matches: zipWith("/data.pkl", "/constants.pkl") },
  { name: "a Core ML package", advice: FROM_ORIGINAL, matches: zipWith("com.apple.CoreML") },
  { name: "a zipped TensorFlow SavedModel", advice: FROM_TENSORFLOW, matches: zipWith("saved_model.pb") },
  {
    name: "a Keras archive or NumPy archive (.keras, .npz)",
    advice: "read it with readKeras",
    reader: "readKeras",
    matches: zipWith("model.weights.h5", ".npy"),
  },
  { name: "a zip archive", advice: "unpack it and read the model file in it", matches: isZip },
  {
    name: "an HDF5 file",
    advice: "read one of Keras with readKeras",
    reader: "readKeras",
    matches: (bytes) => startsWith(bytes, "\x89HDF\r\n\x1a\n"),
  },
  {
    name: "a NumPy array (.npy)",
    advice: "in Python, call np.savez(path, *model.get_weights()), and read that with readKeras",
    matches: (bytes) => startsWith(bytes, "\x93NUMPY"),
  },
  { name: "a TensorFlow Lite model", advice: FROM_ORIGINAL, matches: (bytes) => startsWith(bytes, "TFL3", 4) },
  {
    name: "a file of torch.save before PyTorch 1.6",
    advice: FROM_PYTORCH,
    // a pickle of the number 0x1950a86a20f9469cfc6c
    matches: (bytes) => startsWith(bytes, "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."),
  },
  {
    name: "a Python pickle",
    advice: FROM_PYTORCH,
    matches: (bytes) => startsWith(bytes, "\x80") && bytes[1]! >= 2 && bytes[1]! <= 5,
  },
  {
    name: "a TensorFlow checkpoint",
    advice: FROM_TENSORFLOW,
    matches: (bytes) => startsWith(bytes, "\x57\xfb\x80\x8b\x24\x75\x47\xdb", bytes.length - 8),
  },
  {
    name: "a safetensors file",
    advice: "read a state dict of PyTorch with readPyTorch, and a file of Gru.save with Gru.load",
    reader: "readPyTorch",
    // the length of the header in 8 bytes, then its JSON
    matches: (bytes) => startsWith(bytes, "\0\0\0", 5) && startsWith(bytes, "{", 8),
  },
  {
    name: "a TensorFlow SavedModel (.pb)",
    advice: FROM_TENSORFLOW,
    // schema version 1, then a graph with the tag "serve"
    matches: (bytes) => startsWith(bytes, "\x08\x01\x12") && contains(bytes, "\x22\x05serve"),
  },
  {
    name: "a protobuf file such as ONNX or Core ML",
    advice: `read ONNX with readOnnx; for Core ML, ${FROM_ORIGINAL}`,
    reader: "readOnnx",
    matches: (bytes) => bytes[0] === 0x08 && bytes[1]! >= 1 && bytes[1]! < 32 && bytes[2] === 0x12,
  },
  { name: "gzip data", advice: "unpack it first", matches: (bytes) => startsWith(bytes, "\x1f\x8b") },
  {
    name: "a pointer of Git LFS",
    advice: "download the file itself (git lfs pull)",
    matches: (bytes) => startsWith(bytes, "version https://git-lfs"),
  },
  {
    name: "a web page",
    advice: "check the address of the file",
    matches: (bytes) => /^\s*<[!?a-z]/i.test(headOf(bytes)),
  },
  {
    name: "JSON",
    advice: "read a layers model of TensorFlow.js with readTfjs and its weight files",
    reader: "readTfjs",
    matches: (bytes) => /^\s*\{\s*"/.test(headOf(bytes)),
  },
];

/**
 * Calls a reader's function. If it fails and the file's magic bytes show a format that the reader does not take, the error
 * names that format and how to convert it.
 */
export function namingForeignFormat<T>(reader: Reader, expected: string, bytes: Uint8Array, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const format = cause instanceof ModelFileError && FORMATS.find(({ matches }) => matches(bytes));
    if (!format || format.reader === reader) throw cause;
    throw new ModelFileError("unreadable", `${messageOf(reader, expected, format.name)}: ${format.advice}`, {
      cause,
    });
  }
}

function isZip(bytes: Uint8Array): boolean {
  return startsWith(bytes, "PK\x03\x04");
}

/** Whether the bytes have these codes at a position. */
export function startsWith(bytes: Uint8Array, codes: string, at = 0): boolean {
  return [...codes].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
}

const headOf = (bytes: Uint8Array) => latin1(bytes.subarray(0, 64));

/** Whether a text is in the first or last 64 KiB, where a zip archive's directory is. */
function contains(bytes: Uint8Array, text: string): boolean {
  return [bytes.subarray(0, 2 ** 16), bytes.subarray(-(2 ** 16))].some((part) => latin1(part).includes(text));
}

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
