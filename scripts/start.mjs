// npm start: installs, builds, and runs two pipelines from a series to a report.
import { spawnSync } from "node:child_process";
import { prepare, root } from "./prepare.mjs";

prepare();

const RUNS = [
  {
    title: "The notebook's series, with a network that carries its state",
    args: ["--preset", "notebook-fixed"],
    out: "runs/notebook-fixed",
  },
  {
    title: "Airline passengers, 1949 to 1960",
    args: ["examples/data/airline-passengers.csv", "--column", "passengers", "--time", "month", "--horizon", "12"],
    out: "runs/airline-passengers",
  },
];

for (const { title, args, out } of RUNS) {
  console.log(`\n${title}`);
  const command = ["packages/cli/bin/sluice.js", "run", ...args, "--out", out, "--force"];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`\nThe reports: ${RUNS.map(({ out }) => `${out}/report.html`).join(" and ")}`);
