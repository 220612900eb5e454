// Times a peer's module: reads one JSON request a line, answers with the milliseconds of one run. See peer-process.ts.
import { createInterface } from "node:readline";

const { create } = await import(process.argv[2]);
const tasks = new Map();

/** Runs a new task once, timed apart from the others; a task that compiles while it is created gives the time of its first run itself. */
async function start(request) {
  const task = await create(request);
  const before = performance.now();
  await task.run();
  return { first: performance.now() - before, ...task };
}

async function answer({ runs, ...request }) {
  const key = JSON.stringify(request);
  const known = tasks.get(key);
  const task = known ?? (await start(request));
  tasks.set(key, task);
  const before = performance.now();
  for (let i = 0; i < runs; i++) await task.run();
  const ms = (performance.now() - before) / runs;
  return known ? { ms } : { ms, first: task.first };
}

console.log("{}");
for await (const line of createInterface(process.stdin)) {
  const message = await answer(JSON.parse(line)).catch((error) => ({ error: String(error?.stack ?? error) }));
  console.log(JSON.stringify(message));
}
process.exit(0);
