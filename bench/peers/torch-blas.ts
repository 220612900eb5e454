import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Debian's Python, for which python3-torch is installed. */
export const PYTHON = "/usr/bin/python3";

/** PyTorch's matrix products with one choice of OpenBLAS' kernel. */
export interface Blas {
  /** PyTorch's version. */
  readonly version: string;
  /** For example "OpenBLAS 0.3.21". */
  readonly library: string;
  /** OpenBLAS' kernel, for example "Haswell"; "" for other libraries. */
  readonly kernel: string;
  /** GFLOP/s of a product of (180,256) and (256,768) on one thread. */
  readonly gflops: number;
}

export interface BlasChoice extends Blas {
  /** The environment in which PyTorch uses it. */
  readonly env: NodeJS.ProcessEnv;
}

/** Values of OPENBLAS_CORETYPE with the processor's features that each needs, as Linux names them in /proc/cpuinfo. */
const KERNELS: Readonly<Record<string, readonly string[]>> = {
  Sandybridge: ["avx"],
  Haswell: ["avx2", "fma"],
  Zen: ["avx2", "fma"],
  SkylakeX: ["avx512f", "avx512dq", "avx512bw", "avx512vl"],
  Cooperlake: ["avx512f", "avx512_bf16"],
  SapphireRapids: ["avx512f", "avx512_bf16", "amx_bf16"],
  NEOVERSEN1: ["asimd", "asimddp"],
  NEOVERSEV1: ["sve"],
  NEOVERSEN2: ["sve2"],
};

/**
 * Tries the kernels of OpenBLAS, each in a separate process, and chooses the fastest one with correct results. For processors that it does
 * not recognize, OpenBLAS falls back to its slowest kernel; and some old kernels compute wrong products on some processors.
 * Undefined if PyTorch is not installed or no kernel is correct.
 */
export function chooseBlas(): BlasChoice | undefined {
  const ownChoice = environment(undefined);
  const first = tryBlas(ownChoice);
  const others = first === undefined || first.library.startsWith("OpenBLAS") ? candidates() : [];
  const trials = [
    { env: ownChoice, result: first },
    ...others.map(environment).map((env) => ({ env, result: tryBlas(env) })),
  ];
  let best: BlasChoice | undefined;
  for (const { env, result } of trials) {
    const name = env["OPENBLAS_CORETYPE"] ?? "its own choice";
    if (!result) console.log(`  OpenBLAS, ${name}: does not run here`);
    else if (!result.right) console.log(`  ${result.library}, ${name}: computes wrong products; not used`);
    else {
      console.log(
        `  ${result.library}, ${name}${result.kernel && `: ${result.kernel}`}, ${result.gflops.toFixed(1)} GFLOP/s`,
      );
      const { version, library, kernel, gflops } = result;
      if (!best || gflops > best.gflops) best = { version, library, kernel, gflops, env };
    }
  }
  return best;
}

/** The kernels whose features this processor has, and the one that the environment names. */
function candidates(): string[] {
  const features = new Set(
    readFileSync("/proc/cpuinfo", "utf8")
      .match(/^(flags|Features)\s*:(.*)$/m)?.[2]
      ?.split(" "),
  );
  const runnable = Object.keys(KERNELS).filter((name) => KERNELS[name]!.every((feature) => features.has(feature)));
  const named = process.env["OPENBLAS_CORETYPE"];
  return [...new Set(named ? [named, ...runnable] : runnable)];
}

/** One thread, and the kernel of that name. Other settings, such as OPENBLAS_L2_SIZE, stay as they are. */
function environment(kernel: string | undefined): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _, ...rest } = process.env;
  const threads = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  return { ...rest, ...threads, ...(kernel ? { OPENBLAS_CORETYPE: kernel } : {}) };
}

/** Undefined if the process fails, for example because the processor lacks an instruction. */
function tryBlas(env: NodeJS.ProcessEnv): (Blas & { readonly right: boolean }) | undefined {
  const script = fileURLToPath(new URL("torch_blas.py", import.meta.url));
  const { status, stdout } = spawnSync(PYTHON, [script], { env, encoding: "utf8", timeout: 60_000 });
  return status === 0 ? (JSON.parse(stdout) as Blas & { readonly right: boolean }) : undefined;
}
