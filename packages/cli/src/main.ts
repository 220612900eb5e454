import { sluice } from "./sluice.js";

// a reader that has seen enough, such as `head`, closes the pipe: no error of ours
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await sluice(process.argv.slice(2), process);
