import { sluice } from "./sluice.js";

// errors that a stream reports after its last write: `sluice` has reported those before
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await sluice(process.argv.slice(2), process);
