// Imports go down only: index -> stacks -> components -> capacity; policies -> stacks; tools -> policies; sandbox -> stacks.
const layers = {
  capacity: ["capacity"],
  components: ["components", "capacity"],
  stacks: ["stacks", "components", "capacity"],
  policies: ["policies", "stacks", "components", "capacity"],
  tools: ["tools", "policies", "stacks", "components", "capacity"],
  sandbox: ["sandbox", "stacks", "components", "capacity"],
};

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([from, allowed]) => ({
      name: `${from}-imports-down`,
      comment: `${from} may import ${allowed.join(", ")} and packages`,
      severity: "error",
      from: { path: `^${from}/` },
      to: { pathNot: [...allowed.map((layer) => `^${layer}/`), "node_modules"], dependencyTypesNot: ["core", "npm", "npm-dev"] },
    })),
    {
      name: "index-imports-stacks",
      comment: "the entry loads a site and builds a facility; nothing else",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: "^(components|capacity|policies|tools|sandbox|tests)/" },
    },
    {
      name: "concerns-know-no-facility",
      comment: "a component never reads the engine's configuration: settings are passed to it",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^stacks/" },
    },
    {
      name: "no-cycles",
      comment: "type-only cycles are none at run time",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "packages-are-declared",
      severity: "error",
      from: { pathNot: "^tests/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "unknown", "undetermined"] },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^tests/" },
      to: { path: "^tests/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(bin|\\.sandbox)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
