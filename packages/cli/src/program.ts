import type { SyntheticKind } from "@sluice/data";
import { Argument, Command, Option } from "commander";
import type { ExitCode } from "./exit-codes.js";
import { addInputFlags, givenInput } from "./input-flags.js";
import { count, threadCount, wholeNumber } from "./option-values.js";
import { addRecipeFlags } from "./recipe-flags.js";
import { Speaker } from "./speaker.js";
import { styled, type Terminal } from "./terminal.js";
import { cliVersion } from "./version.js";

type Finish = (code: ExitCode) => void;

/** The command line. Each command loads what it needs when it runs, so that help comes at once. */
export function program(terminal: Terminal, finish: Finish): Command {
  const sluice = new Command("sluice")
    .description("Gated recurrent units for time series: from a CSV to a forecast and a report.")
    .version(cliVersion);
  configure(sluice, terminal, [
    [
      "sluice run data.csv --column passengers --time month",
      "train, compare with baselines, write runs/data/report.html",
    ],
    ["sluice run --preset notebook-fixed", "the notebook's series, no file needed"],
    ["sluice forecast runs/data --horizon 24 --json", "go on from a finished run"],
    ["sluice check data.csv", "what is in a file, before running on it"],
  ]);
  for (const add of [addRun, addForecast, addCheck, addGenerate, addVerify]) add(sluice, terminal, finish);
  return sluice;
}

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
      outputError: (text, write) => write(`${styled(stderr, env, "red", "sluice:")} ${text.replace(/^error: /, "")}`),
    })
    .showHelpAfterError(`(see: sluice ${command.parent ? `${command.name()} ` : ""}--help)`)
    .addHelpText("before", `Examples:\n${examples.map(([line, meaning]) => `  # ${meaning}\n  ${line}\n`).join("")}`);
}

function addCommand(parent: Command, terminal: Terminal, name: string, examples: readonly Example[]): Command {
  const command = parent.command(name);
  configure(command, terminal, examples);
  return command;
}

function speakerOf(command: Command, terminal: Terminal): Speaker {
  const { json = false, quiet = false } = command.opts<{ json?: boolean; quiet?: boolean }>();
  return new Speaker(terminal, { json, quiet });
}

const json = () => new Option("--json", "print one JSON object on stdout");
const quiet = () => new Option("--quiet", "no words or progress on stderr");
const threads = () =>
  new Option("--threads <count>", 'threads that train, at most, or "auto"; the bits are the same').argParser(
    threadCount,
  );
const out = () => new Option("--out <file>", '"-" for stdout').default("-");

function addRun(parent: Command, terminal: Terminal, finish: Finish): void {
  const command = addCommand(parent, terminal, "run", [
    ["sluice run data.csv", "the first numeric column, sensible defaults"],
    ["sluice run data.csv --column passengers --time month --horizon 12", "chosen columns, a year of months ahead"],
    ["sluice run --preset notebook", "the notebook as written"],
    ["sluice run data.csv --fail-if-worse-than naive", "exit code 5 unless the network wins"],
    ["cat data.csv | sluice run - --out runs/piped --json", "from a pipe, results as JSON"],
    ["sluice run --resume runs/data", "go on after Ctrl-C, to the same bits"],
  ])
    .description("Train on a series, compare with baselines, write a run directory with a report.")
    .argument("[file]", 'CSV file, "-" for stdin; none for a preset with a series of its own')
    .addOption(
      new Option("--preset <name>", "where options come from that are not given").choices([
        "default",
        "notebook",
        "notebook-fixed",
      ]),
    )
    .option("--out <dir>", "run directory (default: runs/<file stem or preset>)")
    .option("--force", "replace the run that is there")
    .option("--resume <dir>", "go on with an interrupted run")
    .addOption(
      new Option("--fail-if-worse-than <method>", "exit with 5 if the network's held-out error is larger").choices([
        "naive",
        "drift",
        "seasonal-naive",
      ]),
    )
    .addOption(threads())
    .addOption(json())
    .addOption(quiet());
  addInputFlags(command);
  addRecipeFlags(command);
  command.action(async (file: string | undefined) => {
    const { run } = await import("./commands/run.js");
    const { runRequest } = await import("./run-request.js");
    finish(await run(runRequest(file, command), speakerOf(command, terminal)));
  });
}

function addForecast(parent: Command, terminal: Terminal, finish: Finish): void {
  const command = addCommand(parent, terminal, "forecast", [
    ["sluice forecast runs/data", "CSV on stdout"],
    ["sluice forecast runs/data --horizon 24 --json", "24 rows, as JSON"],
    ["sluice forecast runs/data --out next.csv", "into a file"],
  ])
    .description("Forecast from the end of a finished run's series.")
    .argument("<run>", "run directory")
    .option("--horizon <rows>", "rows to forecast (default: the run's own)", count)
    .addOption(out())
    .addOption(json())
    .addOption(quiet());
  command.action(async (run: string) => {
    const { forecast } = await import("./commands/forecast.js");
    const { horizon, out } = command.opts<{ horizon?: number; out: string }>();
    finish(await forecast({ run, horizon, out }, speakerOf(command, terminal)));
  });
}

function addCheck(parent: Command, terminal: Terminal, finish: Finish): void {
  const command = addCommand(parent, terminal, "check", [
    ["sluice check data.csv", "rows, frequency, gaps, duplicates, non-numbers, usable windows"],
    ["sluice check data.csv --column co2 --json", "one column, as JSON"],
  ])
    .description("Say what is in a CSV, and whether a run can use it.")
    .argument("<file>", 'CSV file, "-" for stdin')
    .addOption(json())
    .addOption(quiet());
  addInputFlags(command);
  command.action(async (file: string) => {
    const { check } = await import("./commands/check.js");
    finish(await check({ ...givenInput(command), file }, speakerOf(command, terminal)));
  });
}

function addGenerate(parent: Command, terminal: Terminal, finish: Finish): void {
  const command = addCommand(parent, terminal, "generate", [
    ["sluice generate trend --seed 7 > trend.csv", "the notebook's kind of series"],
    ["sluice generate seasonal --length 240 | sluice run - --season 12", "straight into a run"],
  ])
    .description("Make a synthetic series.")
    .addArgument(new Argument("<kind>", "kind of series").choices(["trend", "sine", "random-walk", "seasonal"]))
    .option("--length <rows>", "rows", count, 200)
    .option("--seed <number>", "seed of the noise", wholeNumber, 0)
    .addOption(out())
    .addOption(json())
    .addOption(quiet());
  command.action(async (kind: SyntheticKind) => {
    const { generate } = await import("./commands/generate.js");
    const { length, seed, out } = command.opts<{ length: number; seed: number; out: string }>();
    finish(await generate({ kind, length, seed, out }, speakerOf(command, terminal)));
  });
}

function addVerify(parent: Command, terminal: Terminal, finish: Finish): void {
  const command = addCommand(parent, terminal, "verify", [
    ["sluice verify runs/data", "0: equal, 5: different, 1: made by another kernel version"],
    ["sluice verify runs/data moved/data.csv", "the series is elsewhere now"],
  ])
    .description("Run a finished run again and compare its fingerprint.")
    .argument("<run>", "run directory")
    .argument("[file]", "where the series is now (default: where the run read it)")
    .addOption(threads())
    .addOption(json())
    .addOption(quiet());
  command.action(async (run: string, file: string | undefined) => {
    const { verify } = await import("./commands/verify.js");
    const { threads = 1 } = command.opts<{ threads?: number | "auto" }>();
    finish(await verify({ run, file, threads }, speakerOf(command, terminal)));
  });
}
