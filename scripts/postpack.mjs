// npm runs this in a package's folder after it has packed: undoes prepack.mjs.
import { existsSync, renameSync, rmSync } from "node:fs";

if (existsSync("package.json.saved")) renameSync("package.json.saved", "package.json");
for (const path of ["LICENSE", "NOTICES.md"]) rmSync(path, { force: true });
