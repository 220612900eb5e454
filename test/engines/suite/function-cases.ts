import {
  applyTransforms,
  fitTransforms,
  interpolate,
  invertForecast,
  invertOneStep,
  lagOf,
  readCsv,
  type SyntheticKind,
  synthetic,
  type TransformSpec,
} from "@sluice/data";
import { elementary, Kernel } from "@sluice/kernel-wasm";
import { cos, exp, log, power, Random, sin } from "@sluice/kernel-wasm/math";
import { type CaseNumbers, type CaseRecord, recordOf } from "./record.js";

/** `count` numbers from `low` to `high`. */
const grid = (low: number, high: number, count = 3001) =>
  Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

/** Arguments of each f64 function over the range that data and training use, and well beyond. */
const math: Record<string, () => CaseNumbers> = {
  "exp of f64": () => ({ exp: grid(-700, 700).map(exp), near: grid(-2, 2).map(exp) }),
  "log of f64": () => ({ log: grid(1e-9, 1e9).map(log), near: grid(0.4, 2.5).map(log) }),
  "sin and cos of f64": () => ({ sin: grid(-1000, 1000).map(sin), cos: grid(-1000, 1000).map(cos) }),
  "power of f64": () => ({ power: Float64Array.from({ length: 3001 }, (_, n) => power(0.999, n)) }),
  random: () => {
    const random = new Random(123456789012345, 3);
    const order = Uint32Array.from({ length: 200 }, (_, i) => i);
    const normal = Array.from({ length: 2000 }, () => random.normal());
    const below = Array.from({ length: 500 }, () => random.below(1000));
    random.shuffle(order);
    return { normal, below, shuffled: Array.from(order) };
  },
};

/** The kernel's functions of f32, called often enough to be compiled a second time. */
async function kernelFunctions(): Promise<CaseNumbers> {
  const kernel = await Kernel.create();
  const { x, out } = kernel.arena.allocate({ x: 4096, out: 4096 });
  const compute = (name: "exp" | "log" | "sigmoid" | "tanh", low: number, high: number) => {
    kernel.floats(x).set(grid(low, high, 4096));
    const call = () => {
      elementary(kernel, name, out, x);
      return kernel.floats(out).slice();
    };
    const first = call();
    for (let calls = 2; calls < 400; calls++) elementary(kernel, name, out, x);
    return { [name]: first, [`${name}, call 400`]: call() };
  };
  return {
    ...compute("exp", -80, 80),
    ...compute("log", 1e-6, 1e6),
    ...compute("sigmoid", -12, 12),
    ...compute("tanh", -6, 6),
  };
}

const kinds: readonly SyntheticKind[] = ["trend", "sine", "random-walk", "seasonal"];

const chains: Record<string, readonly TransformSpec[]> = {
  log: ["log"],
  standardize: ["standardize"],
  "min-max": ["min-max"],
  difference: [{ difference: 1 }],
  "log, two differences, standardize": ["log", { difference: 12 }, { difference: 1 }, "standardize"],
};

/** A chain fitted, applied and inverted both ways. */
function transformed(specs: readonly TransformSpec[]): CaseNumbers {
  const { values } = synthetic("seasonal", { length: 150, seed: 5 }).columns[0]!;
  const fitted = fitTransforms(specs, values.subarray(0, 120));
  const applied = applyTransforms(fitted, values);
  return {
    applied,
    "one step": invertOneStep(fitted, applied, values, lagOf(fitted)),
    forecast: invertForecast(fitted, applied.slice(0, 24), values),
  };
}

/** Decimal numbers, read as f64; every seventh value is missing. */
const csv = `step,value\n${Array.from({ length: 60 }, (_, i) => `${i},${i % 7 === 2 ? "" : `${i * i}.${i}e-1`}`).join("\n")}\n`;

function readFile(): CaseNumbers {
  return { filled: interpolate(readCsv(csv)).columns[0]!.values };
}

type Computed = () => CaseNumbers | Promise<CaseNumbers>;

const all: Record<string, Computed> = {
  ...math,
  "exp, log, sigmoid and tanh of f32, 400 times": kernelFunctions,
  ...Object.fromEntries(
    kinds.map((kind): [string, Computed] => [
      `synthetic ${kind}`,
      () => ({ values: synthetic(kind, { length: 300, seed: 4 }).columns[0]!.values }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(chains).map(([name, specs]): [string, Computed] => [
      `transform ${name}`,
      () => transformed(specs),
    ]),
  ),
  "a CSV file with gaps": readFile,
};

/** Functions outside of networks, by name. */
export const functionCases: Readonly<Record<string, () => Promise<CaseRecord>>> = Object.fromEntries(
  Object.entries(all).map(([name, compute]) => [`function: ${name}`, async () => recordOf(await compute())]),
);
