// Which module may import which; see CONTRIBUTING.md. `npm test` fails for any other import.

/** What each package may import of the others. */
const DEPENDENCIES = {
  "kernel-wasm": [],
  model: ["kernel-wasm"],
  data: ["kernel-wasm"],
  pipeline: ["kernel-wasm", "model", "data"],
  viz: [],
  interop: ["model", "kernel-wasm"],
  cli: ["pipeline", "data", "viz"],
};

/** What of `model` is for Node. */
const NODE_WORKERS = "^packages/model/src/threads/(threads|worker)-node\\.ts$";

/**
 * The folders of a package's src, lowest first: a file imports its own folder and lower ones. Folders in one array do not import
 * each other. Files beside the folders are entries: they may import all folders, and folders import none of them but `version`.
 */
const LAYERS = {
  model: ["errors", "config", "tensors", "formats", "network", "passes", "training", "threads", "gru", "inspect"],
  pipeline: [
    "errors",
    ["formats", "hashes"],
    "recipe",
    "preparation",
    "evaluation",
    "manifest",
    "forecaster",
    "training",
  ],
  viz: ["theme", "layout", "frame", "marks", "charts", "report"],
  cli: ["errors", "terminal", "files", "report", "run", "flags", "commands"],
};

const layerRules = ([name, layers]) => {
  const src = `^packages/${name}/src`;
  const rules = layers.flatMap((layer, i) => {
    const lower = layers.slice(0, i).flat();
    return [layer].flat().map((folder) => ({
      name: `${name}/${folder} imports only ${lower.join(", ") || "no other folder"}`,
      severity: "error",
      from: { path: `${src}/${folder}/` },
      to: { path: `${src}/`, pathNot: `${src}/(${[...lower, folder].join("|")})/|${src}/version\\.ts$` },
    }));
  });
  return [
    ...rules,
    {
      name: `${name}/src has only the folders listed in LAYERS`,
      severity: "error",
      from: {},
      to: { path: `${src}/[^/]+/`, pathNot: `${src}/(${layers.flat().join("|")})/` },
    },
  ];
};

const others = (name) =>
  Object.keys(DEPENDENCIES).filter((other) => other !== name && !DEPENDENCIES[name].includes(other));

module.exports = {
  forbidden: [
    ...Object.keys(DEPENDENCIES).map((name) => ({
      name: `${name} imports only ${DEPENDENCIES[name].join(", ") || "no other package"}`,
      severity: "error",
      from: { path: `^packages/${name}/src` },
      to: { path: `^packages/(${others(name).join("|")})/` },
    })),
    ...Object.entries(LAYERS).flatMap(layerRules),
    {
      name: "data imports only math and checks of kernel-wasm",
      severity: "error",
      from: { path: "^packages/data/src" },
      to: { path: "^packages/kernel-wasm/src/(?!(math|checks)/)" },
    },
    {
      name: "interop and pipeline import only checks of kernel-wasm",
      severity: "error",
      from: { path: "^packages/(interop|pipeline)/src" },
      to: { path: "^packages/kernel-wasm/src/(?!checks/)" },
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
      // the files of a run are read by cli, which exports no reader
      from: { path: "^(bench|examples|test)/", pathNot: "^test/fuzz/readers\\.ts$" },
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
