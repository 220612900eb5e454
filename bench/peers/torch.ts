import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contender } from "../timing.js";

export type TorchKind = "notebook" | "gru" | "inference";

/** A PyTorch process that times what it is asked to. */
export interface Torch {
  readonly version: string;
  /** The library that multiplies its matrices. */
  readonly blas: string;
  contender(name: string, request: { kind: TorchKind; T: number; B: number; H: number }): Contender;
  end(): void;
}

/** Starts PyTorch where the system's Python has it (Debian: python3-torch); undefined where it does not. */
export async function startTorch(): Promise<Torch | undefined> {
  const script = fileURLToPath(new URL("torch_gru.py", import.meta.url));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    OPENBLAS_NUM_THREADS: "1",
    OMP_NUM_THREADS: "1",
    MKL_NUM_THREADS: "1",
  };
  delete env["OPENBLAS_CORETYPE"]; // its BLAS may use all that the core has
  const child = spawn("/usr/bin/python3", [script], { env, stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  child.on("error", () => {});
  const first = await answers.next();
  if (first.done) return undefined;
  const ask = async (request: object): Promise<number> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value } = await answers.next();
    return (JSON.parse(value as string) as { ms: number }).ms;
  };
  return {
    ...(JSON.parse(first.value) as Pick<Torch, "version" | "blas">),
    contender: (name, request) => ({
      name,
      measure: (count) => ask({ ...request, runs: count }),
    }),
    end: () => child.stdin.end(),
  };
}
