import type { Forecaster, Manifest } from "@sluice/pipeline";
import type { Figure, Report, Section } from "@sluice/viz";
import { limitFigure, methods, missingWords, transformWords } from "../run-words.js";
import { figure } from "../text-table.js";

/** A run as a report: what was asked, what came out, and how to have it again. */
export function reportOf(
  forecaster: Forecaster,
  figures: Readonly<Record<string, Figure>>,
  directory: string,
): Report {
  const { manifest } = forecaster;
  const { data, recipe, split, metrics, limits, loss, fingerprint, versions } = manifest;
  const missing = missingWords(manifest);
  const ranked = methods(manifest)
    .slice()
    .sort(([, a], [, b]) => a.rmse - b.rmse);
  const best = ranked[0];
  return {
    title: `${data.name}: ${data.column}`,
    subtitle: `${data.rows} rows, ${data.first} to ${data.last}; trained on ${split.train}, ${split.heldOut} held out.`,
    tiles: [
      {
        label: "held-out RMSE",
        value: figure(metrics.heldOut?.rmse),
        note: `one step ahead, ${metrics.heldOut?.count ?? 0} rows`,
      },
      { label: "best method", value: best?.[0] ?? "–", note: best ? `RMSE ${figure(best[1].rmse)}` : "" },
      { label: "training loss", value: figure(loss.training.at(-1)), note: `after ${loss.training.length} epochs` },
      {
        label: "held-out loss",
        value: figure(loss.heldOut.at(-1)?.loss),
        note: limits ? `no network passes ${limitFigure(limits.loss)}` : "",
      },
    ],
    warnings: missing ? [`${missing[0]!.toUpperCase()}${missing.slice(1)}.`] : [],
    sections: [
      errors(manifest),
      ...charts(manifest, figures, forecaster.lossUnit),
      settings(manifest),
      again(recipe, directory),
    ],
    footer: `Fingerprint ${fingerprint} · data ${data.hash} · pipeline ${versions.pipeline}, kernel ${versions.kernel}`,
  };
}

function errors(manifest: Manifest): Section {
  const rows = methods(manifest);
  const best = rows.reduce((low, [, e], i) => (e.rmse < rows[low]![1].rmse ? i : low), 0);
  const { limits, metrics } = manifest;
  const winner = rows[best]?.[0];
  const text = [
    winner === "network"
      ? "On rows that training never saw, the network is ahead of every baseline."
      : `On rows that training never saw, the ${winner} method is ahead of the network.`,
  ];
  if (limits) {
    const { oneStep, memoryless } = limits;
    const without = memoryless === null ? "" : `, and ${limitFigure(memoryless)} for one without memory, as this is`;
    text.push(
      `Its held-out squared error one step ahead is ${figure(metrics.heldOut?.mse)}; the least that any network can reach on fresh data is ${limitFigure(oneStep)}${without}.`,
    );
  }
  return {
    heading: "Errors on held-out rows",
    text,
    table: {
      head: ["one step ahead", "RMSE", "MAE", "MASE"],
      rows: rows.map(([name, e]) => [name, figure(e.rmse), figure(e.mae), figure(e.mase)]),
      best,
    },
  };
}

function charts(
  { recipe, loss }: Manifest,
  figures: Readonly<Record<string, Figure>>,
  lossUnit: number | null,
): Section[] {
  const pick = (...names: string[]) => names.map((name) => figures[name]!);
  const apart =
    lossUnit === null ? " Baselines are not drawn here: a logarithm lies between their errors and this loss." : "";
  return [
    { heading: "Forecast", figures: pick("forecast") },
    {
      heading: "Training",
      text: [
        `The loss is the mean squared error over all positions of all windows; held out it was ${figure(loss.heldOut[0]?.loss)} at first and ${figure(loss.heldOut.at(-1)?.loss)} at last.${apart}`,
      ],
      figures: pick("loss"),
    },
    { heading: "The series", figures: pick("series") },
    {
      heading: "What the network learns from",
      text: [
        `Transforms: ${transformWords(recipe)}, fitted on the training part. Each prediction is made from the ${recipe.lookback} values before it.`,
      ],
      figures: pick("differences", "approximation", "zoom"),
    },
    { heading: "Back in the series' own units", figures: pick("level") },
  ];
}

function settings({ recipe, parameters }: Manifest): Section {
  const batch = recipe.batchSize === "all" ? "all windows" : `${recipe.batchSize} windows`;
  return {
    heading: "Settings",
    table: {
      head: ["", ""],
      rows: [
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

function again({ preset, horizon }: Manifest["recipe"], directory: string): Section {
  const lines = [
    `sluice verify ${directory}    # runs it again and compares the fingerprint`,
    `sluice forecast ${directory} --horizon ${horizon}`,
  ];
  if (preset !== "default") lines.push(`sluice run --preset ${preset}`);
  return {
    heading: "Again",
    text: ["Everything that decides the result stands in config.json; any engine gives the same bits."],
    code: lines.join("\n"),
  };
}
