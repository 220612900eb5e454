import { adam } from "@sluice/model";
import type { CaseRecord } from "./record.js";
import { dataOf, networkOf, optionsOf, recordOfTraining, type TrainingCase, train } from "./training-case.js";

const run: TrainingCase = {
  config: { layers: 2, dropout: 0.3, seed: 11 },
  options: { epochs: 6, accumulate: 2, optimizer: adam({ learningRate: 0.03 }) },
};

/** Stops training after the second of three batches of epoch 2, while its gradient is accumulated with that of the third. */
async function interrupted(): Promise<Uint8Array> {
  const gru = await networkOf(run);
  const stop = new AbortController();
  const onBatch = ({ epoch, batch }: { epoch: number; batch: number }) => {
    if (epoch === 2 && batch === 1) stop.abort();
  };
  await gru.fit(dataOf(run), { ...optionsOf(run), signal: stop.signal, onBatch }).then(
    () => {
      throw new Error("expected a run that was stopped");
    },
    (reason: unknown) => {
      if (reason !== stop.signal.reason) throw reason;
    },
  );
  const checkpoint = gru.checkpoint();
  gru.dispose();
  return checkpoint;
}

async function resumed(): Promise<CaseRecord> {
  const resume = await interrupted();
  const gru = await networkOf(run);
  return recordOfTraining(gru, await gru.fit(dataOf(run), { ...optionsOf(run), resume }));
}

/** The same run without and with an interruption in the middle of an epoch. */
export const resumedCases: Readonly<Record<string, () => Promise<CaseRecord>>> = {
  "resume: never stopped": () => train(run),
  "resume: in the middle of an epoch": resumed,
};
