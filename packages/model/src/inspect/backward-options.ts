import type { Gru } from "../gru.js";

/** What `gru.backward` takes beside inputs and targets. */
export type BackwardOptions = NonNullable<Parameters<Gru["backward"]>[2]>;
