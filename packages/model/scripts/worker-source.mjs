// Runs src/threads/worker-node.ts from source.
import { register } from "tsx/esm/api";

register();
await import("../src/threads/worker-node.ts");
