import { sluice } from "./sluice.js";

// a reader such as `head` closes the pipe when it has enough: not an error
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await sluice(process.argv.slice(2), process);
