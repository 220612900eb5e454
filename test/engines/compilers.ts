/**
 * Settings that restrict an engine to one of its compilers: `baseline`, which compiles instruction by instruction, or `optimizing`, from
 * about the first call. By default, engines start with the baseline compiler and recompile frequent code with the optimizing one.
 */

/** Flags of V8: Liftoff for wasm without TurboFan for JavaScript; TurboFan for wasm. */
export const V8 = { baseline: ["--liftoff-only", "--no-opt"], optimizing: ["--no-liftoff", "--no-wasm-tier-up"] };

/** Options of JavaScriptCore: BBQ for wasm and the baseline for JavaScript; OMG after one call of wasm. */
const JSC = {
  baseline: { useOMGJIT: "0", useDFGJIT: "0" },
  optimizing: { useWasmIPInt: "0", thresholdForOMGOptimizeAfterWarmUp: "1", thresholdForOMGOptimizeSoon: "1" },
};

/** The same as environment variables; the prefix depends on the program. */
export function environmentOfJsc(prefix: string, kind: keyof typeof JSC): Record<string, string> {
  return Object.fromEntries(Object.entries(JSC[kind]).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** Preferences of Firefox: the baseline compiler for wasm without Ion for JavaScript; Ion for wasm. */
export const SPIDERMONKEY = {
  baseline: { "javascript.options.wasm_optimizingjit": false, "javascript.options.ion": false },
  optimizing: { "javascript.options.wasm_baselinejit": false },
};
