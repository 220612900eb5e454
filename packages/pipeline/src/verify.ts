import type { Series } from "@sluice/data";
import { kernelVersion } from "@sluice/model";
import { type FitOptions, fit } from "./fit.js";
import type { Manifest } from "./manifest.js";
import { plan } from "./plan.js";

/** What re-running a manifest gave. */
export type Verdict =
  | { readonly outcome: "equal"; readonly fingerprint: string }
  | {
      readonly outcome: "different";
      readonly expected: string;
      readonly got: string;
      /** The first epoch, counted from 0, whose loss differs; null where all are equal. */
      readonly epoch: number | null;
      /** The first tensor that differs, by name; null where all are equal. */
      readonly tensor: string | null;
    }
  | { readonly outcome: "not-comparable"; readonly reason: string };

/**
 * Runs a manifest's recipe again on its series and compares the bits.
 * @throws RangeError where the series is not the one that the manifest was made from.
 */
export async function verify(
  manifest: Manifest,
  series: Series,
  options: Omit<FitOptions, "resume"> = {},
): Promise<Verdict> {
  if (manifest.versions.kernel !== kernelVersion) {
    const reason = `made by kernel ${manifest.versions.kernel}, and this is kernel ${kernelVersion}`;
    return { outcome: "not-comparable", reason };
  }
  const { hash } = plan(series, manifest.recipe).data;
  if (hash !== manifest.data.hash) {
    throw new RangeError(
      `data: expected SHA-256 ${manifest.data.hash}, got ${hash}: the series has changed since the run`,
    );
  }
  const again = await fit(series, manifest.recipe, options);
  try {
    return compare(manifest, again.manifest);
  } finally {
    again.dispose();
  }
}

/** Compares two manifests of the same recipe and series. */
export function compare(expected: Manifest, got: Manifest): Verdict {
  if (expected.fingerprint === got.fingerprint) return { outcome: "equal", fingerprint: got.fingerprint };
  const epoch = expected.loss.training.findIndex((loss, i) => loss !== got.loss.training[i]);
  const tensor = Object.keys(expected.tensors).find((name) => expected.tensors[name] !== got.tensors[name]);
  return {
    outcome: "different",
    expected: expected.fingerprint,
    got: got.fingerprint,
    epoch: epoch < 0 ? null : epoch,
    tensor: tensor ?? null,
  };
}
