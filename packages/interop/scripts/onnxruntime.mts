import type { Tensor } from "@sluice/model";
import { peer } from "./peers.mjs";

interface Value {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}
type Values = Readonly<Record<string, Value>>;
interface Runtime {
  readonly env: {
    readonly wasm: { numThreads: number };
    logLevel: string;
    readonly versions: { readonly web: string };
  };
  readonly Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => Value;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<{ run(feeds: Values): Promise<Values> }>;
  };
}

/** Loads onnxruntime-web with one thread; `run` returns the outputs of a model by name. */
export async function onnxRuntime() {
  const ort = await peer<Runtime>("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  return {
    version: ort.env.versions.web,
    async run(bytes: Uint8Array, feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
      const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
      const values = Object.entries(feeds).map(([name, { data, shape }]) => [
        name,
        new ort.Tensor("float32", data, shape),
      ]);
      const results = await session.run(Object.fromEntries(values) as Values);
      return Object.fromEntries(
        Object.entries(results).map(([name, { dims, data }]) => [name, { shape: dims, data }]),
      );
    },
  };
}
