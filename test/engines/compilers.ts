/**
 * What leaves an engine one kind of its compilers: `baseline`, which translates instruction by instruction, or `optimizing`, from the first
 * call or nearly. As they are, engines begin with the former and compile again with the latter what runs often.
 */

/** Flags of V8: Liftoff for wasm and no TurboFan for JavaScript; TurboFan for wasm. */
export const V8 = { baseline: ["--liftoff-only", "--no-opt"], optimizing: ["--no-liftoff", "--no-wasm-tier-up"] };

/** Options of JavaScriptCore: BBQ for wasm and the baseline for JavaScript; OMG after one call of wasm. */
const JSC = {
  baseline: { useOMGJIT: "0", useDFGJIT: "0" },
  optimizing: { useWasmIPInt: "0", thresholdForOMGOptimizeAfterWarmUp: "1", thresholdForOMGOptimizeSoon: "1" },
};

/** The same as environment variables, which have a prefix in each program. */
export function environmentOfJsc(prefix: string, kind: keyof typeof JSC): Record<string, string> {
  return Object.fromEntries(Object.entries(JSC[kind]).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** Preferences of Firefox: its baseline for wasm and no Ion for JavaScript; Ion for wasm. */
export const SPIDERMONKEY = {
  baseline: { "javascript.options.wasm_optimizingjit": false, "javascript.options.ion": false },
  optimizing: { "javascript.options.wasm_baselinejit": false },
};
