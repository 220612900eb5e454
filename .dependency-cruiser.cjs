// The arrows of the house; see CONTRIBUTING.md. `npm test` refuses any other.

/** What each package may import of the others. */
const ARROWS = {
  "kernel-wasm": [],
  model: ["kernel-wasm"],
  data: ["kernel-wasm"],
  pipeline: ["model", "data"],
  viz: [],
  interop: ["model", "kernel-wasm"],
  cli: ["pipeline", "data", "viz"],
};

/** The folders of a package's src from bottom to top: a file imports from its own folder and from those below it. */
const LAYERS = {
  viz: ["theme", "layout", "frame", "marks", "charts", "report"],
};

/** One rule for each folder that has others above it. */
const layerRules = Object.entries(LAYERS).flatMap(([name, folders]) =>
  folders.slice(0, -1).map((folder, i) => ({
    name: `${name}/${folder} imports nothing from ${folders.slice(i + 1).join(", ")}, index`,
    severity: "error",
    from: { path: `^packages/${name}/src/${folder}/` },
    to: { path: `^packages/${name}/src/((${folders.slice(i + 1).join("|")})/|[^/]+$)` },
  })),
);

/** What of `model` is for Node. */
const NODE_WORKERS = "^packages/model/src/threads/(threads|worker)-node\\.ts$";

const others = (name) => Object.keys(ARROWS).filter((other) => other !== name && !ARROWS[name].includes(other));

module.exports = {
  forbidden: [
    ...Object.keys(ARROWS).map((name) => ({
      name: `${name} imports only ${ARROWS[name].join(", ") || "nothing of ours"}`,
      severity: "error",
      from: { path: `^packages/${name}/src` },
      to: { path: `^packages/(${others(name).join("|")})/` },
    })),
    ...layerRules,
    {
      name: "interop imports only checks of kernel-wasm",
      severity: "error",
      from: { path: "^packages/interop/src" },
      to: { path: "^packages/kernel-wasm/src/(?!checks/)" },
    },
    {
      name: "data imports only math and checks of kernel-wasm",
      severity: "error",
      from: { path: "^packages/data/src" },
      to: { path: "^packages/kernel-wasm/src/(?!(math|checks)/)" },
    },
    {
      name: "a package is imported by its name, not by a path into it",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/",
        pathNot: "^packages/$1/",
        dependencyTypes: ["local"],
        dependencyTypesNot: ["aliased"],
      },
    },
    {
      name: "examples, benches and tests import a package by its name, too",
      severity: "error",
      from: { path: "^(bench|examples|test)/" },
      to: { path: "^packages/", dependencyTypes: ["local"], dependencyTypesNot: ["aliased"] },
    },
    {
      name: "node:* belongs to cli, and to the workers of model in Node",
      severity: "error",
      from: { path: "^packages/[^/]+/src", pathNot: `^packages/cli/|${NODE_WORKERS}` },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "the workers of model in Node are reached through the condition `node` alone",
      severity: "error",
      from: { path: "^packages/[^/]+/src", pathNot: NODE_WORKERS },
      to: { path: NODE_WORKERS },
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
    {
      name: "what a package imports, its package.json names",
      severity: "error",
      from: { path: "^packages/[^/]+/src" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-dev", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    { name: "no circles", severity: "error", from: { path: "^packages" }, to: { circular: true } },
    {
      name: "every import is found",
      severity: "error",
      from: { pathNot: "^bench/peers/" }, // installed on the bench's first use
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^packages/[^/]+/(dist|src/generated)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["@sluice/source", "import", "default"] },
  },
};
