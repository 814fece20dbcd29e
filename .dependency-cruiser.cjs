// Imports go down only: index -> changes, stacks -> stacks/site -> components -> capacity; policies -> stacks/site; changes -> policies, stacks; tools -> changes, policies, stacks; sandbox ->
// changes, stacks; what tools and sandbox share is in terminal. A room is named by its folder; a folder within another one is a room of its own.
const rooms = {
  capacity: ["capacity"],
  components: ["components", "capacity"],
  "components/workloads": ["components/workloads", "components/[^/]+\\.ts$", "capacity"],
  "components/charts": ["components/charts", "components/operators", "components/workloads", "components/[^/]+\\.ts$", "capacity"],
  "components/operators": ["components/operators", "components/workloads", "components/[^/]+\\.ts$", "capacity"],
  stacks: ["stacks", "components", "capacity", "terminal"],
  "stacks/site": ["stacks/site", "components", "capacity"],
  policies: ["policies", "stacks/site", "components", "capacity", "terminal"],
  "policies/model": ["policies/model", "stacks/site", "components", "capacity", "terminal"],
  "policies/capacity": ["policies/capacity", "policies/model", "stacks/site", "components", "capacity"],
  "policies/quotas": [
    "policies/quotas",
    "policies/capacity",
    "policies/model",
    "policies/[^/]+\\.ts$",
    "stacks/site",
    "components",
    "capacity",
  ],
  "policies/security": ["policies/security", "policies/model", "policies/[^/]+\\.ts$", "stacks/site", "components", "capacity"],
  changes: ["changes", "policies", "stacks", "components", "capacity", "terminal"],
  terminal: ["terminal"],
  tools: ["tools", "sandbox/tools", "sandbox/cluster/client\\.ts$", "changes", "policies", "stacks", "components", "capacity", "terminal"],
  // Programs of others: finding, downloading and building them, and Helm's archives of charts.
  "sandbox/tools": [
    "sandbox/tools",
    "sandbox/plugins/official\\.ts$",
    "sandbox/control-plane/ports\\.ts$",
    "sandbox/[^/]+\\.ts$",
    "stacks/site",
    "components",
    "terminal",
  ],
  sandbox: ["sandbox", "changes", "stacks", "components", "capacity", "terminal"],
};

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([from, allowed]) => ({
      name: `${from}-imports-down`,
      comment: `${from} may import ${allowed.join(", ")} and packages`,
      severity: "error",
      from: { path: `^${from}/` },
      to: {
        pathNot: [...allowed.map((room) => (room.endsWith("$") ? `^${room}` : `^${room}/`)), "node_modules"],
        dependencyTypesNot: ["core", "npm", "npm-dev"],
      },
    })),
    {
      name: "index-imports-stacks",
      comment: "the entry loads a site, asks whether it may change, and builds a facility; nothing else",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: "^(components|capacity|policies|tools|sandbox|terminal|tests)/" },
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
