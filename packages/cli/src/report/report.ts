import type { Manifest } from "@sluice/pipeline";
import type { Figure, Report, Section } from "@sluice/viz";
import { shellQuote } from "../terminal/shell-quote.js";
import { formatNumber } from "../terminal/text-table.js";
import type { SectionName } from "./charts.js";
import { describeTransforms, formatLimit, heldOutErrors, warningsOf } from "./words.js";

export interface ReportInput {
  readonly manifest: Manifest;
  /** See `lossUnit` of the pipeline. */
  readonly lossUnit: number | null;
  readonly figures: Readonly<Partial<Record<SectionName, readonly Figure[]>>>;
  /** The path of the run directory. */
  readonly directory: string;
}

/** The report of a run: settings, results, and how to reproduce them. */
export function reportOf({ manifest, lossUnit, figures, directory }: ReportInput): Report {
  const { data, split, fingerprint, versions, recipe } = manifest;
  return {
    title: `${data.name}: ${data.column}`,
    subtitle: `${data.rows} rows, ${data.first} to ${data.last}; ${split.train} for training, ${split.heldOut} held out.`,
    tiles: tiles(manifest),
    warnings: warningsOf(manifest).map((text) => `${text[0]!.toUpperCase()}${text.slice(1)}.`),
    sections: [
      errorSection(manifest),
      ...chartSections(manifest, figures, lossUnit),
      settingsSection(manifest),
      commandSection(recipe, directory),
    ],
    footer: `Fingerprint ${fingerprint} · data ${data.hash} · pipeline ${versions.pipeline}, kernel ${versions.kernel}`,
  };
}

function tiles(manifest: Manifest): NonNullable<Report["tiles"]> {
  const { metrics, loss, limits } = manifest;
  const [best] = heldOutErrors(manifest).sort((a, b) => a.errors.rmse - b.errors.rmse);
  return [
    {
      label: "held-out RMSE",
      value: formatNumber(metrics.heldOut?.rmse),
      note: `one step ahead, ${metrics.heldOut?.count ?? 0} rows`,
    },
    { label: "best method", value: best?.method ?? "–", note: best ? `RMSE ${formatNumber(best.errors.rmse)}` : "" },
    {
      label: "training loss",
      value: formatNumber(loss.training.at(-1)),
      note: `after ${loss.training.length} epochs`,
    },
    {
      label: "held-out loss",
      value: formatNumber(loss.heldOut.at(-1)?.loss),
      note: limits ? `theoretical limit ${formatLimit(limits.loss)}` : "",
    },
  ];
}

function errorSection(manifest: Manifest): Section {
  const rows = heldOutErrors(manifest);
  const best = rows.reduce((low, { errors }, i) => (errors.rmse < rows[low]!.errors.rmse ? i : low), 0);
  const winner = rows[best]?.method;
  const { limits, metrics } = manifest;
  const text = [
    winner === "network"
      ? "On held-out rows, the network has a smaller error than all baselines."
      : `On held-out rows, the ${winner} method has a smaller error than the network.`,
  ];
  if (limits) {
    const { oneStep, memoryless } = limits;
    const without =
      memoryless === null ? "" : `, and ${formatLimit(memoryless)} for a network without memory, such as this one`;
    text.push(
      `The network's squared error one step ahead is ${formatNumber(metrics.heldOut?.mse)}; the theoretical limit on fresh data is ${formatLimit(oneStep)}${without}.`,
    );
  }
  return {
    heading: "Errors on held-out rows",
    text,
    table: {
      head: ["one step ahead", "RMSE", "MAE", "MASE"],
      rows: rows.map(({ method, errors: e }) => [
        method,
        formatNumber(e.rmse),
        formatNumber(e.mae),
        formatNumber(e.mase),
      ]),
      best,
    },
  };
}

function chartSections(
  { recipe, loss }: Manifest,
  figures: ReportInput["figures"],
  lossUnit: number | null,
): Section[] {
  const withFigures = (name: SectionName) => ({ figures: figures[name] ?? [] });
  const baselines =
    lossUnit === null
      ? " Baselines are not shown here: with a logarithm their errors cannot be compared with the loss."
      : "";
  return [
    { heading: "Forecast", ...withFigures("forecast") },
    {
      heading: "Training",
      text: [
        `The loss is the mean squared error over all positions of all windows. The held-out loss is ${formatNumber(loss.heldOut[0]?.loss)} at first and ${formatNumber(loss.heldOut.at(-1)?.loss)} at the end.${baselines}`,
      ],
      ...withFigures("training"),
    },
    { heading: "The series", ...withFigures("series") },
    {
      heading: "The network's input",
      text: [
        `Transforms: ${describeTransforms(recipe)}, fitted on the training part. Each prediction is made from the ${recipe.lookback} values before it.`,
      ],
      ...withFigures("transformed"),
    },
    { heading: "One-step predictions in the units of the series", ...withFigures("level") },
  ];
}

function settingsSection({ recipe, parameters, data }: Manifest): Section {
  const batch = recipe.batchSize === "all" ? "all windows" : `${recipe.batchSize} windows`;
  return {
    heading: "Settings",
    table: {
      head: ["", ""],
      rows: [
        ...(data.frequency ? [["frequency", data.frequency]] : []),
        ["cell", recipe.cell],
        ["hidden units", String(recipe.hiddenSize)],
        ["parameters", String(parameters)],
        ["lookback", `${recipe.lookback} steps`],
        ["epochs", String(recipe.epochs)],
        ["batch", recipe.shuffle ? `${batch}, shuffled` : batch],
        ["learning rate", String(recipe.learningRate)],
        ["momentum", String(recipe.momentum)],
        ["clipping", recipe.clip ? recipe.clip.kind : "none"],
        ["seed", recipe.dataSeed === null ? String(recipe.seed) : `${recipe.seed}, data seed ${recipe.dataSeed}`],
      ],
    },
  };
}

function commandSection({ preset, horizon }: Manifest["recipe"], directory: string): Section {
  const lines = [
    `sluice verify ${shellQuote(directory)}    # check every file, train again and compare the bits`,
    `sluice forecast ${shellQuote(directory)} --horizon ${horizon}`,
  ];
  if (preset !== "default") lines.push(`sluice run --preset ${preset}`);
  return {
    heading: "Commands",
    text: ["config.json contains all settings that determine the result, which has the same bits in every engine."],
    code: lines.join("\n"),
  };
}
