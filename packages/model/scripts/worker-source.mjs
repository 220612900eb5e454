// src/worker-node.ts, run as it is.
import { register } from "tsx/esm/api";

register();
await import("../src/threads/worker-node.ts");
