import { build as runEsbuild } from "esbuild";
import { build as runVite } from "vite";
import { webpack } from "webpack";

/** Each builds app.js, or the index.html that loads it, of a folder into a subfolder, and throws on errors. */
export const bundlers = {
  vite: (root: string) =>
    runVite({ root, base: "./", configFile: false, logLevel: "error", build: { outDir: "vite" } }),

  webpack: (context: string) =>
    new Promise<void>((resolve, reject) => {
      const output = { path: `${context}/webpack`, filename: "app.js" };
      const optimization = { minimize: false }; // minimizing takes most of the time
      const compiler = webpack({ mode: "production", context, entry: "./app.js", output, optimization })!;
      compiler.run((error, stats) => {
        if (error) reject(error);
        else if (stats!.hasErrors()) reject(new Error(stats!.toString({ all: false, errors: true })));
        else resolve();
      });
    }),

  esbuild: (absWorkingDir: string) =>
    runEsbuild({
      absWorkingDir,
      entryPoints: ["app.js"],
      outfile: "esbuild/app.js",
      bundle: true,
      format: "esm",
      logLevel: "error",
    }),
};
