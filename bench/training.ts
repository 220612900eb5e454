import { type Comparison, OURS, printComparisons } from "./comparison.js";
import type { Recorder } from "./conditions.js";
import { epoch, epochOperations } from "./epoch.js";
import { type PeerProcess, startJavaScriptPeer } from "./peers/peer-process.js";
import type { Torch } from "./peers/torch.js";
import { ms, percent, printTable } from "./table.js";
import { type Candidate, timeInTurns } from "./timing.js";

const T = 19;
const B = 180;
const SIZES = [16, 32, 64, 128, 256];

/** Peers by their names in tables and results.json, with their differences from Sluice's network and full-batch SGD. */
const PEERS = {
  "PyTorch nn.GRU": "resets after the recurrent product, as cuDNN does; two biases per gate; different weights",
  "PyTorch, notebook's code": "same equations, one operation at a time; different weights",
  "jax-js wasm": "same equations and weights; compiles the unrolled recurrence at its first step",
  "TensorFlow.js wasm": "same equations and weights",
  "TensorFlow.js cpu": "same equations and weights; plain JavaScript, up to H = 64",
  "brain.js":
    "same cell in plain JavaScript, up to H = 64; one update for each of the 180 sequences, by its variant of RMSprop",
} as const;

/** Above it, an epoch of the peers in plain JavaScript takes seconds. */
const PLAIN_JAVASCRIPT_UP_TO = 64;

export interface EpochComparison extends Comparison {
  readonly H: number;
  /** Our share of the ceiling. */
  readonly share: number;
  /** Milliseconds of jax-js' first step, which compiles. */
  readonly jaxFirstStep: number;
}

/** One epoch (forward, backward, update) of the notebook's task at several sizes, in Sluice and other libraries on one thread. */
export async function training(recorder: Recorder, torch: Torch | undefined): Promise<EpochComparison[]> {
  const jax = await startJavaScriptPeer("jax");
  const tfjs = await startJavaScriptPeer("tfjs");
  const brain = await startJavaScriptPeer("brain");
  const comparisons: EpochComparison[] = [];
  for (const H of SIZES) {
    const peer = (name: keyof typeof PEERS, process: PeerProcess, kind: string): Candidate =>
      process.candidate(name, { kind, T, B, H });
    const torchPeers = torch?.peer
      ? [peer("PyTorch nn.GRU", torch.peer, "gru"), peer("PyTorch, notebook's code", torch.peer, "notebook")]
      : [];
    const plain =
      H <= PLAIN_JAVASCRIPT_UP_TO
        ? [peer("TensorFlow.js cpu", tfjs, "cpu"), peer("brain.js", brain, "training")]
        : [];
    const ours = await epoch(OURS, { T, B, H });
    const others = [
      ...torchPeers,
      peer("jax-js wasm", jax, "training"),
      peer("TensorFlow.js wasm", tfjs, "wasm"),
      ...plain,
    ];
    const comparison = await recorder.record(`training, H = ${H}`, async (ceiling) => {
      const times = await timeInTurns([ours, ...others]);
      const share = epochOperations({ T, B, H }) / times[OURS]!.median / 1e6 / ceiling;
      const jaxFirstStep = jax.firstRun({ kind: "training", T, B, H })!;
      return { H, size: `${T} × ${B}, H = ${H}`, times, share, jaxFirstStep };
    });
    comparisons.push(comparison);
  }
  for (const process of [jax, tfjs, brain]) process.end();
  print(comparisons);
  return comparisons;
}

function print(comparisons: readonly EpochComparison[]): void {
  printComparisons("a training epoch, T × B", comparisons);
  printTable("differences between the other libraries' training and that of Sluice", [
    ["", ""],
    ...Object.entries(PEERS),
  ]);
  printTable("a training epoch as a share of the ceiling; the first step of jax-js in milliseconds", [
    ["", ...comparisons.map(({ H }) => `H = ${H}`)],
    ["share of the ceiling", ...comparisons.map(({ share }) => percent(share))],
    ["jax-js, first step", ...comparisons.map(({ jaxFirstStep }) => ms(jaxFirstStep))],
  ]);
}
