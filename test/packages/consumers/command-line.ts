// The command line called from a Node program.
import { sluice } from "@sluice/cli";

export const code: number = await sluice(["check", "data.csv"], process);
