import type { Series } from "@sluice/data";
import { kernelVersion } from "@sluice/model";
import type { Manifest } from "../manifest/manifest.js";
import { prepareAgain } from "../manifest/prepare-again.js";
import type { Prepared } from "../preparation/prepare.js";
import { type FitOptions, fit } from "./fit.js";

/** The result of running a manifest again. */
export type Verdict =
  | { readonly outcome: "equal"; readonly fingerprint: string }
  | {
      readonly outcome: "different";
      readonly expected: string;
      readonly got: string;
      /** The first epoch, counted from 0, whose loss differs; null if all are equal. */
      readonly epoch: number | null;
      /** The first tensor that differs, by name; null if all are equal. */
      readonly tensor: string | null;
      /** The first field of the manifest that differs. */
      readonly field: keyof Manifest;
    }
  | { readonly outcome: "not-comparable"; readonly reason: string };

/**
 * Trains again by a manifest's recipe on its series and compares the results bit by bit.
 * @throws DataError if the series has changed since the run.
 */
export async function verify(
  manifest: Manifest,
  series: Series | Prepared,
  options: Omit<FitOptions, "resume"> = {},
): Promise<Verdict> {
  if (manifest.versions.kernel !== kernelVersion) {
    const reason = `the run was made by kernel ${manifest.versions.kernel}, this is kernel ${kernelVersion}`;
    return { outcome: "not-comparable", reason };
  }
  const again = await fit(prepareAgain(series, manifest), options);
  try {
    return compare(manifest, again.manifest);
  } finally {
    again.dispose();
  }
}

/** The fields of a manifest that a run computes. The number of threads depends on the machine. */
const RESULTS = ["fingerprint", "tensors", "parameters", "loss", "limits", "metrics", "baselines"] as const;

/** Compares two manifests of the same recipe and series. */
export function compare(expected: Manifest, got: Manifest): Verdict {
  const field = RESULTS.find((name) => !isEqual(expected[name], got[name]));
  if (!field) return { outcome: "equal", fingerprint: got.fingerprint };
  const epoch = expected.loss.training.findIndex((loss, i) => loss !== got.loss.training[i]);
  const tensor = Object.keys(expected.tensors).find((name) => expected.tensors[name] !== got.tensors[name]);
  return {
    outcome: "different",
    expected: expected.fingerprint,
    got: got.fingerprint,
    epoch: epoch < 0 ? null : epoch,
    tensor: tensor ?? null,
    field,
  };
}

/** Results are numbers, texts and plain objects of them: equal if their JSON is. */
const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
