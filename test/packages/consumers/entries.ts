// Every entry point that works in a page, imported by a project that checks the declaration files it gets.
import { readCsv } from "@sluice/data";
import * as interop from "@sluice/interop";
import * as keras from "@sluice/interop/keras";
import * as onnx from "@sluice/interop/onnx";
import * as pytorch from "@sluice/interop/pytorch";
import * as tfjs from "@sluice/interop/tfjs";
import * as kernel from "@sluice/kernel-wasm";
import * as checks from "@sluice/kernel-wasm/checks";
import * as math from "@sluice/kernel-wasm/math";
import { Gru, type GruConfig, tensor } from "@sluice/model";
import * as inspect from "@sluice/model/inspect";
import * as pipeline from "@sluice/pipeline";
import { forecastChart } from "@sluice/viz";
import * as bundle from "@sluice/viz/bundle";

export const modules = [interop, keras, onnx, pytorch, tfjs, kernel, checks, math, inspect];

const config: GruConfig = { inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-after" };
export const gru: Promise<Gru> = Gru.create(config);
export const length: number = tensor(new Float32Array(3), [3, 1, 1]).data.length;

const series = readCsv("month,sales\n2023-01,10\n2023-02,12\n", { time: "month", columns: ["sales"] });
const forecaster = await pipeline.fit(series);
export const forecast = forecaster.forecast(12);

const y = [...series.columns[0]!.values];
const data = { history: { x: y.map((_, i) => i), y }, forecast: { x: [2], y: [13] } };
export const charts: SVGSVGElement[] = [forecastChart(data), bundle.forecastChart(data)];
