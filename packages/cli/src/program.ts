import type { SyntheticKind } from "@sluice/data";
import { Argument, Command } from "commander";
import type { ExitCode } from "./errors/exit-codes.js";
import { integer, rowCount } from "./flags/option-values.js";
import { json, out, outputOptions, quiet, threads } from "./flags/shared-flags.js";
import { Output } from "./terminal/output.js";
import { printable } from "./terminal/printable.js";
import { red, type Terminal } from "./terminal/terminal.js";
import { cliVersion } from "./version.js";

type Finish = (code: ExitCode) => void;

/**
 * Builds the command line. Each command loads its modules when it runs, so that `sluice --help` is fast; the flags of `run` and
 * `check` and the kinds of `generate`, whose choices come from other packages, are loaded only for arguments that contain their names.
 */
export async function program(args: readonly string[], terminal: Terminal, finish: Finish): Promise<Command> {
  const sluice = new Command("sluice")
    .description("Train gated recurrent units on time series: reads a file, writes a forecast and a report.")
    .version(cliVersion);
  configure(sluice, terminal, [
    [
      "sluice run data.csv --column passengers --time month",
      "train, compare with baselines, write runs/data/report.html",
    ],
    ["sluice run --preset notebook-fixed", "train on a synthetic series, without a file"],
    ["sluice forecast runs/data --horizon 24 --json", "forecast from a finished run"],
    ["sluice check data.csv", "check a file before a run"],
  ]);
  const run = addRun(sluice, terminal, finish);
  if (args.includes("run")) (await import("./flags/run-flags.js")).addRunFlags(run);
  addForecast(sluice, terminal, finish);
  const check = addCheck(sluice, terminal, finish);
  if (args.includes("check")) (await import("./flags/run-flags.js")).addCheckFlags(check);
  const kinds = args.includes("generate") ? (await import("@sluice/data")).SYNTHETIC_KINDS : [];
  addGenerate(sluice, terminal, finish, kinds);
  addVerify(sluice, terminal, finish);
  return sluice;
}

/** What a series is read from. */
const INPUT = "CSV, JSON, Parquet, Arrow, XLSX or WAV file or http(s) address";

type Example = readonly [command: string, meaning: string];

function configure(command: Command, terminal: Terminal, examples: readonly Example[]): Command {
  const { stdout, stderr, env } = terminal;
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns || 80,
      getErrHelpWidth: () => stderr.columns || 80,
      outputError: (text, write) =>
        write(`${red(stderr, env, "sluice:")} ${printable(text.replace(/^error: /, ""))}`),
    })
    .showHelpAfterError(`(see: sluice ${command.parent ? `${command.name()} ` : ""}--help)`)
    .addHelpText("before", `Examples:\n${examples.map(([line, meaning]) => `  # ${meaning}\n  ${line}\n`).join("")}`);
}

function addCommand(parent: Command, terminal: Terminal, name: string, examples: readonly Example[]): Command {
  const command = parent.command(name);
  configure(command, terminal, examples);
  return command;
}

const outputOf = (command: Command, terminal: Terminal) => new Output(terminal, outputOptions(command));

function addRun(parent: Command, terminal: Terminal, finish: Finish): Command {
  const command = addCommand(parent, terminal, "run", [
    ["sluice run data.csv", "train on the first numeric column with default options"],
    ["sluice run data.csv --column passengers --time month --horizon 12", "select columns, forecast 12 months"],
    ["sluice run --preset notebook", "reproduce the notebook that Sluice is based on"],
    ["sluice run data.csv --fail-if-worse-than naive", "exit with code 5 if the naive method is better"],
    ["cat data.csv | sluice run - --out runs/piped --json", "read from a pipe, print results as JSON"],
    ["sluice run --resume runs/data", "continue after Ctrl-C, with the same results"],
  ])
    .description("Train on a series, compare with baselines, write a run directory with a report.")
    .argument("[file]", `${INPUT}, "-" for stdin; omit it for a preset with a synthetic series`);
  return command.action(async (file: string | undefined) => {
    const { givenRun } = await import("./flags/run-flags.js");
    const { run } = await import("./commands/run.js");
    finish(await run(givenRun(file, command), outputOf(command, terminal)));
  });
}

function addForecast(parent: Command, terminal: Terminal, finish: Finish): void {
  const command = addCommand(parent, terminal, "forecast", [
    ["sluice forecast runs/data", "print CSV on stdout"],
    ["sluice forecast runs/data --horizon 24 --json", "print 24 rows as JSON"],
    ["sluice forecast runs/data --out next.csv", "write a file"],
  ])
    .description("Forecast from the end of a finished run's series.")
    .argument("<run>", "run directory")
    .option("--horizon <rows>", "rows to forecast (default: the horizon of the run)", rowCount)
    .addOption(out())
    .addOption(json())
    .addOption(quiet());
  command.action(async (run: string) => {
    const { forecast } = await import("./commands/forecast.js");
    const { horizon, out } = command.opts<{ horizon?: number; out: string }>();
    finish(await forecast({ run, horizon, out }, outputOf(command, terminal)));
  });
}

function addCheck(parent: Command, terminal: Terminal, finish: Finish): Command {
  const command = addCommand(parent, terminal, "check", [
    [
      "sluice check data.csv",
      "report columns and why they were chosen, frequency, gaps, missing values, usable windows",
    ],
    ["sluice check data.csv --column co2 --json", "check one column, print JSON"],
    ["sluice check sales.csv --series store=A", "one series of several"],
  ])
    .description("Report the contents of a file and whether a run can use it: the same flags give the same verdict.")
    .argument("<file>", `${INPUT}, "-" for stdin`);
  return command.action(async (file: string) => {
    const { givenCheck } = await import("./flags/run-flags.js");
    const { check } = await import("./commands/check.js");
    finish(await check(givenCheck(file, command), outputOf(command, terminal)));
  });
}

function addGenerate(parent: Command, terminal: Terminal, finish: Finish, kinds: readonly SyntheticKind[]): void {
  const command = addCommand(parent, terminal, "generate", [
    ["sluice generate trend --seed 7 > trend.csv", "generate a linear trend with noise"],
    ["sluice generate seasonal --length 240 | sluice run - --season 12", "generate a series and train on it"],
  ])
    .description("Generate a synthetic series.")
    .addArgument(new Argument("<kind>", "kind of series").choices(kinds))
    .option("--length <rows>", "number of rows", rowCount, 200)
    .option("--seed <number>", "seed of the noise", integer, 0)
    .addOption(out())
    .addOption(json())
    .addOption(quiet());
  command.action(async (kind: SyntheticKind) => {
    const { generate } = await import("./commands/generate.js");
    const { length, seed, out } = command.opts<{ length: number; seed: number; out: string }>();
    finish(await generate({ kind, length, seed, out }, outputOf(command, terminal)));
  });
}

function addVerify(parent: Command, terminal: Terminal, finish: Finish): void {
  const command = addCommand(parent, terminal, "verify", [
    ["sluice verify runs/data", "exit code 0: equal, 5: different, 1: made by another kernel version"],
    ["sluice verify runs/data moved/data.csv", "the file of the series was moved"],
  ])
    .description("Repeat a finished run and compare the results bit by bit.")
    .argument("<run>", "run directory")
    .argument("[file]", "CSV file with the series (default: the file that the run read)")
    .addOption(threads())
    .addOption(json())
    .addOption(quiet());
  command.action(async (run: string, file: string | undefined) => {
    const { verify } = await import("./commands/verify.js");
    const { threads = 1 } = command.opts<{ threads?: number | "auto" }>();
    finish(await verify({ run, file, threads }, outputOf(command, terminal)));
  });
}
