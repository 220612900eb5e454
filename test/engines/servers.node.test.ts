/**
 * Runs the determinism suite in engines without a page. After a change that is meant to change bits, run npm run engines -- --write.
 * npm run engines -- --flip shows that the tests fail in each engine if one bit of a constant of the kernel is inverted.
 */
import { expect, test } from "vitest";
import { checkEngines, expected, temporaryBundle } from "./check-engines.js";
import { differencesOf } from "./compare.js";
import { servers } from "./servers.js";

checkEngines(servers, await temporaryBundle());

const flipped = await temporaryBundle({ flip: true });

test("one inverted bit in one constant of the kernel changes the cases that use it, and no others", async () => {
  const { cases } = await servers[0]!.run(flipped);
  const different = Object.keys(differencesOf(expected, cases));
  expect(different).toContain("function: exp, log, sigmoid and tanh of f32, 400 times");
  expect(different.length).toBeGreaterThan(60);
  const piecewise = [
    "network: hard-sigmoid gates, relu candidate",
    "network: hard-sigmoid-0.2 gates, linear candidate",
  ];
  const equal = Object.keys(expected.cases).filter((name) => !different.includes(name));
  expect(equal.filter((name) => !name.startsWith("function: "))).toEqual(piecewise);
});

const SAME: readonly [name: string, ...others: string[]][] = [
  ["threads: one thread", "threads: two threads", "threads: a worker", "threads: a worker and two threads"],
  ["resume: never stopped", "resume: in the middle of an epoch"],
  ["steps: forty steps", "steps: forty steps, gradient checkpointing"],
];

test.each(SAME)("%s: the expected bits are those of %s", (name, ...others) => {
  for (const other of others) expect(expected.cases[other], other).toEqual(expected.cases[name]);
});

test("no two other cases have the same bits", () => {
  const names = Object.keys(expected.cases).filter((name) => !SAME.some(([, ...others]) => others.includes(name)));
  const first = new Map<string, string>();
  for (const name of names) {
    const bits = JSON.stringify(expected.cases[name]);
    expect(first.get(bits), `${name} has the bits of this case`).toBeUndefined();
    first.set(bits, name);
  }
});
