/** The scalar reference of the optimizers: one parameter at a time, each operation rounded to f32, in the kernel's order. */
import { power } from "../math/power.js";
import type { AdamStep, RmspropStep, SgdStep } from "../optimize.js";

const f = Math.fround;

/** A parameter with its gradient and its two optimizer moments; updated in place. */
export interface Weight {
  p: number;
  g: number;
  first: number;
  second: number;
}

/** The gradient plus weightDecay · p. */
function decayed({ p, g }: Weight, weightDecay: number): number {
  return weightDecay === 0 ? g : f(g + f(f(weightDecay) * p));
}

/** Adds the gradient of l1 · |p| + l2 · p². */
export function penalize(weight: Weight, l1: number, l2: number): void {
  const { p, g } = weight;
  weight.g = f(f(g + Math.sign(p) * f(l1)) + f(f(2 * l2) * p));
}

export function sgd(weight: Weight, { learningRate, momentum, weightDecay, nesterov }: SgdStep): void {
  let g = decayed(weight, weightDecay);
  if (momentum !== 0) {
    weight.first = f(f(f(momentum) * weight.first) + g);
    g = nesterov ? f(g + f(f(momentum) * weight.first)) : weight.first;
  }
  weight.p = f(weight.p - f(f(learningRate) * g));
  weight.g = 0;
}

export function adam(weight: Weight, o: AdamStep): void {
  const [beta1, beta2] = o.betas;
  const g = decayed(weight, o.decoupled ? 0 : o.weightDecay);
  const keep = o.decoupled ? f(1 - o.learningRate * o.weightDecay) : 1;
  const stepSize = f(o.learningRate / (1 - power(beta1, o.step)));
  const root = f(Math.sqrt(1 - power(beta2, o.step)));
  weight.first = f(f(f(beta1) * weight.first) + f(f(1 - beta1) * g));
  weight.second = f(f(f(beta2) * weight.second) + f(f(1 - beta2) * f(g * g)));
  const scale = f(f(f(Math.sqrt(weight.second)) / root) + f(o.epsilon));
  weight.p = f(f(keep * weight.p) - f(stepSize * f(weight.first / scale)));
  weight.g = 0;
}

export function rmsprop(weight: Weight, o: RmspropStep): void {
  const g = decayed(weight, o.weightDecay);
  weight.second = f(f(f(o.alpha) * weight.second) + f(f(1 - o.alpha) * f(g * g)));
  let move = f(g / f(f(Math.sqrt(weight.second)) + f(o.epsilon)));
  if (o.momentum !== 0) {
    move = f(f(f(o.momentum) * weight.first) + move);
    weight.first = move;
  }
  weight.p = f(weight.p - f(f(o.learningRate) * move));
  weight.g = 0;
}
