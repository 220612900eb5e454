import { expectInteger, expectNumber } from "@sluice/kernel-wasm/checks";
import { Random } from "@sluice/kernel-wasm/math";
import { defaultConvention } from "../formats/conventions.js";
import { checkStateDict, type StateDict, writeParameters } from "../formats/state-dict.js";
import type { Gru } from "../gru/gru.js";
import type { BackwardOptions } from "../gru/gru-options.js";
import type { Tensor } from "../tensors/tensor.js";

export interface CheckOptions extends Omit<BackwardOptions, "convention"> {
  /** s, the change of a parameter: slopes are taken over ±s and ±2s; 1/64 by default. */
  readonly step?: number;
  /** The largest difference between gradient and slope, relative to the largest slope of the tensor; 0.001 by default. */
  readonly tolerance?: number;
  /** Elements to check in each tensor: the one with the largest gradient, and random others; 8 by default. */
  readonly samples?: number;
  /** Seeds the choice of elements; 0 by default. */
  readonly seed?: number;
}

export interface TensorCheck {
  readonly name: string;
  /** The number of elements that were checked. */
  readonly checked: number;
  /** The largest |gradient − slope|, relative to the largest of either in the tensor; 0 if all are 0. */
  readonly difference: number;
  /** The largest error of the slopes themselves, on the same scale; from 1 on, the check is inconclusive. */
  readonly uncertainty: number;
  readonly agrees: boolean;
}

export interface GradientCheck {
  readonly agrees: boolean;
  readonly loss: number;
  /** Named in the cell's default convention. */
  readonly tensors: readonly TensorCheck[];
}

/** The rounding error of a loss of 1 in single precision: 2⁻²². */
const ROUNDING = 1 / 0x400000;

/**
 * Compares `gru.backward` with slopes of the loss: with the central difference D(s) = (L(p + s) − L(p − s)) / 2s, the slope is
 * (4 D(s) − D(2s)) / 3, whose error is O(s⁴) (Richardson extrapolation). Parameters are changed in place and restored.
 *
 * The network computes in single precision: the error of L is about 2⁻²² L (or 2⁻²² if L < 1), and the error of a slope is that
 * divided by s; curvature and kinks within the steps increase it, see `slopeAt`. A tensor agrees if the difference of each gradient
 * from its slope is at most the tolerance plus these errors. Several kinks within the steps (of relu, hard sigmoid, mae, pinball) may
 * cancel each other in that estimate: if such a tensor disagrees, repeat with a smaller step.
 *
 * @throws TypeError or RangeError for invalid options, and as `gru.backward` does.
 */
export function checkGradients(gru: Gru, x: Tensor, y: Tensor, options: CheckOptions = {}): GradientCheck {
  const { step = 1 / 64, tolerance = 0.001, samples = 8, seed = 0, ...backwardOptions } = options;
  expectNumber("step", step, (s) => s > 0, "a number above 0");
  expectNumber("tolerance", tolerance, (t) => t > 0, "a number above 0");
  expectInteger("samples", samples, 1, 0x7fffffff);
  expectInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const convention = defaultConvention(gru.config.cell);
  const { loss, gradients } = gru.backward(x, y, { ...backwardOptions, convention });
  const rounding = (ROUNDING * Math.max(1, Math.abs(loss))) / step;
  const random = new Random(seed);
  const tensors = withWritable(gru, (dict, write) => {
    const lossAfter = () => {
      write();
      return gru.backward(x, y, backwardOptions).loss;
    };
    return Object.entries(gradients).map(([name, { data: gradient }]): TensorCheck => {
      const parameters = dict[name]!.data;
      const elements = pick(gradient, samples, random);
      const slopes = elements.map((i) => slopeAt(parameters, i, step, loss, lossAfter));
      const largest = Math.max(
        ...elements.map((i, k) => Math.max(Math.abs(gradient[i]!), Math.abs(slopes[k]!.slope))),
      );
      const scale = largest === 0 ? 1 : largest;
      const differences = elements.map((i, k) => Math.abs(gradient[i]! - slopes[k]!.slope) / scale);
      const uncertainties = slopes.map(({ uncertainty }) => (uncertainty + rounding) / scale);
      return {
        name,
        checked: elements.length,
        difference: Math.max(...differences),
        uncertainty: Math.max(...uncertainties),
        agrees: differences.every((difference, k) => difference <= tolerance + uncertainties[k]!),
      };
    });
  });
  return { agrees: tensors.every(({ agrees }) => agrees), loss, tensors };
}

/** Calls `use` with copies of the parameters and a function that writes them into the network; restores the network's own afterwards. */
function withWritable<T>(gru: Gru, use: (dict: StateDict, write: () => void) => T): T {
  const { network, config } = gru;
  const convention = defaultConvention(config.cell);
  const parameters = () => network.kernel.floats(network.parameters);
  const before = parameters().slice();
  const dict = gru.stateDict(convention);
  try {
    return use(dict, () => {
      writeParameters(parameters(), dict, checkStateDict(config, dict, convention));
      network.parametersChanged();
    });
  } finally {
    parameters().set(before);
    network.parametersChanged();
    network.pack(); // a running `fit` may be within a batch that reads the packed weights
  }
}

/** The index of the largest gradient, and random others. */
function pick(gradient: Float32Array, samples: number, random: Random): number[] {
  const largest = gradient.reduce((best, g, i) => (Math.abs(g) > Math.abs(gradient[best]!) ? i : best), 0);
  const picked = new Set([largest]);
  if (samples >= gradient.length) return [...gradient.keys()];
  while (picked.size < samples) picked.add(random.below(gradient.length));
  return [...picked];
}

/**
 * The slope of the loss with respect to one parameter, and its uncertainty: the difference of D between the two steps, plus the deviation
 * of the curvature term A(s) = (L(p + s) − 2 L(p) + L(p − s)) / s from being proportional to s, which shows a kink.
 */
function slopeAt(parameters: Float32Array, i: number, step: number, lossHere: number, lossAfter: () => number) {
  const here = parameters[i]!;
  const change = (shift: number) => {
    parameters[i] = here + shift;
    return { by: parameters[i]! - here, loss: lossAfter() - lossHere };
  };
  const around = (shift: number) => {
    const [ahead, behind] = [change(shift), change(-shift)];
    return {
      slope: (ahead.loss - behind.loss) / (ahead.by - behind.by),
      curvature: ahead.loss / ahead.by - behind.loss / behind.by,
    };
  };
  const [near, far] = [around(step), around(2 * step)];
  parameters[i] = here;
  const uncertainty = Math.abs(near.slope - far.slope) + Math.abs(far.curvature - 2 * near.curvature);
  return { slope: (4 * near.slope - far.slope) / 3, uncertainty };
}
