// Whether a peer trains the same network as ours.
import { sgd } from "@sluice/model";
import { batch, network } from "../epoch.ts";

/** The weights that both start from, in a convention of `Gru.stateDict`. */
export const firstWeights = async (H, convention) => (await network(H, "reset-before")).stateDict(convention);

/** At this rate, one step lowers the loss by much more than single precision rounds. */
const CHECKED_RATE = 0.1;

/**
 * Takes two steps with a peer and with ours from the same weights. Throws where a loss differs by more than 1e-4, or where the step
 * lowers the loss by an amount that differs by more than 1 %. `step(learningRate)` gives the loss before its update.
 */
export async function expectSameTraining(name, size, step) {
  const gru = await network(size.H, "reset-before");
  const { loss: ours } = await gru.fit(batch(size), { epochs: 2, optimizer: sgd({ learningRate: CHECKED_RATE }) });
  const theirs = [await step(CHECKED_RATE), await step(CHECKED_RATE)];
  const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance * Math.abs(b);
  const same = near(theirs[0], ours[0], 1e-4) && near(theirs[1], ours[1], 1e-4);
  if (!same || !near(theirs[0] - theirs[1], ours[0] - ours[1], 1e-2)) {
    throw new Error(`${name}, H = ${size.H}: expected losses ${ours.join(", ")} as ours, got ${theirs.join(", ")}`);
  }
}
