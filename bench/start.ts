import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ms, printTable } from "./table.js";
import { timing } from "./timing.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** From import to the first training step, in a fresh process; and the notebook's 5,000 epochs as a whole process. */
export async function startUp(): Promise<object> {
  const code = `
    const started = performance.now();
    const { Gru, sgd, tensor } = await import(${JSON.stringify(`${root}packages/model/dist/index.js`)});
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 16, outputSize: 1, cell: "reset-before" });
    const x = tensor(new Float32Array(19 * 180), [19, 180, 1]);
    await gru.fit({ x, y: x }, { epochs: 1, optimizer: sgd({ learningRate: 0.003 }) });
    console.log(performance.now() - started);`;
  const starts = Array.from({ length: 9 }, () => Number(node(["--input-type=module", "-e", code])));
  const out = `${root}runs/bench-notebook-fixed`;
  const whole = Array.from({ length: 3 }, () => {
    const before = performance.now();
    node([
      `${root}packages/cli/bin/sluice.js`,
      "run",
      "--preset",
      "notebook-fixed",
      "--out",
      out,
      "--force",
      "--quiet",
    ]);
    return performance.now() - before;
  });
  const [start, notebook] = [timing(starts), timing(whole)];
  printTable("as whole processes: milliseconds", [
    ["", "minimum", "median"],
    ["import to first training step", ms(start.minimum), ms(start.median)],
    ["the notebook's 5,000 epochs, with report", ms(notebook.minimum), ms(notebook.median)],
  ]);
  return { start, notebook };
}

function node(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
