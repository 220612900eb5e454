import { fileURLToPath } from "node:url";
import { type PeerProcess, startPeer } from "./peer-process.js";
import { type Blas, chooseBlas, PYTHON } from "./torch-blas.js";

/** PyTorch's version and matrix library, and whether it is part of the comparison. */
export interface TorchInfo extends Blas {
  /** The reason why PyTorch is excluded from the comparison, if it is. */
  readonly refused?: string;
}

export interface Torch {
  readonly info: TorchInfo;
  /** Absent if PyTorch is excluded. */
  readonly peer?: PeerProcess;
}

/**
 * With fused multiply-adds or vectors of eight numbers, a processor is at least twice as fast as strict SIMD of four; a library below
 * this multiple of the ceiling is a reference implementation or a fallback.
 */
const LEAST_OF_CEILING = 1.5;

/**
 * Starts PyTorch with its fastest matrix library.
 * @param ceiling - GFLOP/s of strict SIMD, below which the library counts as a fallback.
 * @returns undefined if the system's Python has no PyTorch.
 */
export async function startTorch(ceiling: number): Promise<Torch | undefined> {
  console.log("\nPyTorch's matrix products, (180,256)·(256,768) on one thread");
  const choice = chooseBlas();
  if (!choice) {
    console.log(
      "  none runs here: PyTorch is not compared with (Debian: apt-get install python3-torch libopenblas0-pthread)",
    );
    return undefined;
  }
  const { env, ...blas } = choice;
  if (blas.gflops < LEAST_OF_CEILING * ceiling) {
    const refused = `${blasName(blas)} reaches ${blas.gflops.toFixed(1)} GFLOP/s, less than ${LEAST_OF_CEILING} times the ceiling: a reference or a fallback`;
    console.log(`  PyTorch is not compared with: ${refused}. Install libopenblas0-pthread, or a newer one.`);
    return { info: { ...blas, refused } };
  }
  const script = fileURLToPath(new URL("torch_gru.py", import.meta.url));
  const peer = await startPeer(PYTHON, [script], env);
  if (!peer)
    throw new Error("torch_gru.py: PyTorch ran the matrix products, but this did not start; see the message above");
  console.log(`  chosen: ${blasName(blas)}`);
  return { info: blas, peer };
}

export const blasName = ({ library, kernel }: Pick<Blas, "library" | "kernel">) =>
  kernel ? `${library}, ${kernel}` : library;
