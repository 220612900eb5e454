// The main entry of each package that works in a page, used with its types.
import { readCsv } from "@sluice/data";
import { Gru, type GruConfig, tensor } from "@sluice/model";
import * as pipeline from "@sluice/pipeline";
import { forecastChart } from "@sluice/viz";

const config: GruConfig = { inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-after" };
export const gru: Promise<Gru> = Gru.create(config);
export const length: number = tensor(new Float32Array(3), [3, 1, 1]).data.length;

const series = readCsv("month,sales\n2023-01,10\n2023-02,12\n", { time: "month", columns: ["sales"] });
const forecaster = await pipeline.fit(series);
export const forecast = forecaster.forecast(12);

const y = [...series.columns[0]!.values];
const data = { history: { x: y.map((_, i) => i), y }, forecast: { x: [2], y: [13] } };
export const chart: SVGSVGElement = forecastChart(data);
