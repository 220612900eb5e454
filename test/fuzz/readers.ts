import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, readCsv } from "@sluice/data";
import { ModelFileError } from "@sluice/interop";
import { readKeras, writeKeras } from "@sluice/interop/keras";
import { readOnnx, writeOnnx } from "@sluice/interop/onnx";
import { readPyTorch, writePyTorch } from "@sluice/interop/pytorch";
import { readTfjs, writeTfjs } from "@sluice/interop/tfjs";
import {
  CheckpointMismatchError,
  FormatError,
  Gru,
  type GruConfig,
  readSafetensors,
  sgd,
  tensor,
} from "@sluice/model";
import { Forecaster, readManifest, seriesOf, fit as train } from "@sluice/pipeline";
import { parseJson } from "@sluice/pipeline/formats";
import { gunzipSync } from "fflate";
import { parseConfig } from "../../packages/cli/src/run/config.js";
import { readMetrics } from "../../packages/cli/src/run/log.js";
import type { Reader } from "./fuzz.js";
import { mutateBytes } from "./mutate-bytes.js";
import { mutateCsv, mutateHdf5, mutateZip } from "./mutate-files.js";
import { mutateJson, mutateJsonLines, mutateSafetensors } from "./mutate-json.js";
import { mutateProtobuf } from "./mutate-protobuf.js";

const config: GruConfig = { inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-after", seed: 1 };
const gru = await Gru.create(config);
const reset = await Gru.create({ ...config, cell: "reset-before", layers: 2 });
const encode = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The files in a golden of interop, as base64, some of them gzipped. */
function golden(name: string): readonly unknown[] {
  return JSON.parse(
    readFileSync(new URL(`../../packages/interop/test/goldens/${name}.json`, import.meta.url), "utf8"),
  ).cases;
}
const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));
const keras3 = (suffix: string) =>
  (golden("keras") as { files: Record<string, string> }[])
    .flatMap(({ files }) => files[suffix] ?? [])
    .map((text) => gunzipSync(fromBase64(text)));

// training that is interrupted, and its checkpoint
const data = { x: tensor(new Float32Array(24).fill(0.5), [12, 2, 1]), y: tensor(new Float32Array(24), [12, 2, 1]) };
const training = { epochs: 2, batchSize: 1, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) };
const checkpoints: Uint8Array[] = [];
const trained = await Gru.create(config);
await trained.fit(data, { ...training, onBatch: () => void checkpoints.push(trained.checkpoint()) });

// a run of the pipeline, and the files that the command line writes of it
const recipe = { preset: "notebook-fixed", epochs: 2, seed: 1, dataSeed: 1 } as const;
const forecaster = await train(seriesOf(recipe), recipe);
const { manifest } = forecaster;
const { loss: _, ...results } = manifest;
const runConfig = encode({ ...results, input: { file: "data.csv", column: "y", header: true } });
const metricsFile = join(mkdtempSync(join(tmpdir(), "sluice-fuzz-")), "metrics.jsonl");
const metricsLines = [0, 1, 2, 3].map(
  (epoch) => `${JSON.stringify({ epoch, loss: 0.5 / (epoch + 1), heldOutLoss: 1 })}\n`,
);
const csv = Array.from(
  { length: 60 },
  (_, i) => `${1990 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")},${i},${i / 2}`,
);

const model = { errors: [FormatError] };
const interop = { errors: [ModelFileError] };
const pipeline = { errors: [FormatError] };
const tfjsFiles = writeTfjs(reset);

/** To fuzz another reader, add a row. */
export const readers: readonly Reader[] = [
  {
    ...model,
    name: "model: readSafetensors",
    samples: [gru.save(), ...checkpoints],
    mutate: mutateSafetensors,
    read: readSafetensors,
  },
  {
    ...model,
    name: "model: Gru.load",
    samples: [gru.save(), reset.save()],
    mutate: mutateSafetensors,
    read: async (bytes) => (await Gru.load(bytes)).dispose(),
  },
  {
    errors: [FormatError, CheckpointMismatchError],
    name: "model: resume",
    samples: checkpoints,
    mutate: mutateSafetensors,
    read: (resume) => trained.fit(data, { ...training, resume }),
  },
  {
    ...interop,
    name: "interop: readPyTorch",
    samples: [writePyTorch(gru)],
    mutate: mutateSafetensors,
    read: (bytes) => readPyTorch(bytes),
  },
  {
    ...interop,
    name: "interop: readOnnx",
    samples: [
      writeOnnx(gru),
      writeOnnx(reset),
      ...(golden("onnx") as { onnx: string }[]).map(({ onnx }) => fromBase64(onnx)),
      ...(golden("pytorch") as { onnx: string }[]).map(({ onnx }) => fromBase64(onnx)),
    ],
    mutate: mutateProtobuf,
    read: (bytes) => readOnnx(bytes),
  },
  {
    ...interop,
    name: "interop: readOnnx with a node",
    samples: (golden("pytorch") as { onnx: string }[]).map(({ onnx }) => fromBase64(onnx)),
    mutate: mutateProtobuf,
    read: (bytes) => readOnnx(bytes, { node: "/gru/GRU" }),
  },
  {
    ...interop,
    name: "interop: readKeras of .weights.h5",
    samples: keras3(".weights.h5"),
    mutate: mutateHdf5,
    read: (bytes) => readKeras(bytes),
  },
  {
    ...interop,
    name: "interop: readKeras of .h5",
    samples: (golden("keras2") as { h5: string }[]).map(({ h5 }) => gunzipSync(fromBase64(h5))),
    mutate: mutateHdf5,
    read: (bytes) => readKeras(bytes),
  },
  {
    ...interop,
    name: "interop: readKeras of .keras",
    samples: keras3(".keras"),
    mutate: mutateZip,
    read: (bytes) => readKeras(bytes),
  },
  {
    ...interop,
    name: "interop: readKeras of .npz",
    samples: [writeKeras(gru), writeKeras(reset)],
    mutate: mutateZip,
    read: (bytes) => readKeras(bytes),
  },
  {
    ...interop,
    name: "interop: readTfjs",
    samples: [tfjsFiles["model.json"]!],
    mutate: mutateJson,
    read: (json) => readTfjs({ ...tfjsFiles, "model.json": json }),
  },
  {
    ...interop,
    name: "interop: readTfjs, the weights",
    samples: Object.entries(tfjsFiles).flatMap(([name, bytes]) => (name === "model.json" ? [] : [bytes])),
    mutate: mutateBytes,
    read: (bytes) =>
      readTfjs(
        Object.fromEntries(
          Object.entries(tfjsFiles).map(([name, own]) => [name, name === "model.json" ? own : bytes]),
        ),
      ),
  },
  {
    ...pipeline,
    name: "pipeline: readManifest",
    samples: [encode(manifest)],
    mutate: mutateJson,
    read: (bytes) => readManifest("manifest.json", parseJson("manifest.json", decode(bytes))),
  },
  {
    ...pipeline,
    name: "pipeline: Forecaster.load",
    samples: [forecaster.save()],
    mutate: mutateSafetensors,
    read: (bytes) => Forecaster.load(bytes),
  },
  {
    ...pipeline,
    name: "cli: config.json",
    samples: [runConfig],
    mutate: mutateJson,
    read: (bytes) => parseConfig("config.json", decode(bytes)),
  },
  {
    ...pipeline,
    name: "cli: metrics.jsonl",
    samples: [encode(metricsLines.join(""))],
    mutate: mutateJsonLines,
    read(bytes) {
      writeFileSync(metricsFile, bytes);
      return readMetrics(metricsFile);
    },
  },
  {
    name: "data: readCsv",
    errors: [DataError],
    samples: [encode(["month,a,b", ...csv].join("\n")), encode(csv.join("\r\n").replaceAll(",", ";"))],
    mutate: mutateCsv,
    read: (bytes) => readCsv(bytes),
  },
];
