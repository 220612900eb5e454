// The arrows of the house; see CONTRIBUTING.md. `npm test` refuses any other.

/** What each package may import of the others. */
const ARROWS = {
  "kernel-wasm": [],
  model: ["kernel-wasm"],
  data: ["kernel-wasm"],
  pipeline: ["model", "data", "kernel-wasm"],
  viz: [],
  cli: ["pipeline", "data", "model", "viz"],
};

const others = (name) => Object.keys(ARROWS).filter((other) => other !== name && !ARROWS[name].includes(other));

module.exports = {
  forbidden: [
    ...Object.keys(ARROWS)
      .filter((name) => others(name).length > 0)
      .map((name) => ({
        name: `${name} imports only ${ARROWS[name].join(", ") || "nothing of ours"}`,
        severity: "error",
        from: { path: `^packages/${name}/src` },
        to: { path: `^packages/(${others(name).join("|")})/` },
      })),
    {
      name: "data and pipeline take the mathematics of the kernel, not the kernel",
      severity: "error",
      from: { path: "^packages/(data|pipeline)/src" },
      to: { path: "^packages/kernel-wasm/src/(?!math/)" },
    },
    {
      name: "no package reaches into another's src but through its exports",
      severity: "error",
      from: { path: "^packages/([^/]+)/src" },
      to: { path: "^packages/[^/]+/src/", pathNot: ["^packages/$1/", "/src/(math/)?index\\.ts$"] },
    },
    {
      name: "node:* belongs to cli",
      severity: "error",
      from: { path: "^packages/[^/]+/src", pathNot: "^packages/cli/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "kernel-wasm and model have no dependency",
      severity: "error",
      from: { path: "^packages/(kernel-wasm|model)/src" },
      to: { path: "node_modules" },
    },
    {
      name: "viz has d3 modules alone",
      severity: "error",
      from: { path: "^packages/viz/src" },
      to: { path: "node_modules", pathNot: "node_modules/(@types/)?d3-" },
    },
    { name: "no circles", severity: "error", from: { path: "^packages" }, to: { circular: true } },
    { name: "every import is found", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/(dist|generated)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["@sluice/source", "import", "default"] },
  },
};
