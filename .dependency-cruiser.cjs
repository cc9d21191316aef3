/** Imports go one way: domain <- ports <- use-cases <- adapters <- handlers <- components <- index (docs/architecture.md). */
const layer = (name, path, allowed) => ({
  name: `${name}-imports-inwards`,
  severity: "error",
  from: { path: `^${path}/` },
  to: {
    path: "^(runtime|components|packages|policies|cli|demo|tests)/|^[^/]+\\.ts$",
    pathNot: [path, ...allowed].map((it) => `^${it}(/|$)`),
  },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: ["\\.d\\.ts$", "\\.c?js$", "^vitest\\.config\\.mts$"] },
      to: {},
    },
    layer("domain", "runtime/domain", []),
    layer("ports", "runtime/ports", ["runtime/domain"]),
    layer("use-cases", "runtime/use-cases", ["runtime/ports", "runtime/domain"]),
    layer("adapters", "runtime/adapters", ["runtime/ports", "runtime/domain"]),
    layer("components", "components", [
      "runtime/handlers",
      "runtime/lambda",
      "runtime/adapters",
      "runtime/domain",
      "settings.ts",
    ]),
    layer("local-host", "packages/local-host", []),
    layer("policies", "policies", []),
    {
      name: "runtime-knows-no-pulumi",
      comment: "What runs in Lambda knows nothing of how it is deployed.",
      severity: "error",
      from: { path: "^runtime/" },
      to: { path: ["^components/", "^packages/", "^policies/", "node_modules/@pulumi/"] },
    },
    {
      name: "nobody-imports-tests",
      severity: "error",
      from: { pathNot: "(^|/)tests/" },
      to: { path: "(^|/)tests/" },
    },
    {
      name: "what-is-deployed-needs-no-dev-dependency",
      severity: "error",
      from: { path: "^(runtime|components|policies|index\\.ts|settings\\.ts)" },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/@types/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["node", "import", "require", "default", "types"],
    },
  },
};
