/**
 * Imports go one way (docs/architecture.md):
 *
 *   values <- aws, orders <- inbox <- order-api, topic-intake, file-import, relay, fulfilment, ... <- components <- index.ts
 *   within a room: pure <- use case <- adapter <- handler
 */
const own = "^(runtime|components|packages|policies|cli|demo|schemas|tests)/|^[^/]+\\.ts$";

/** A room may import itself and what is named; nothing else of this code base. */
const room = (name, allowed) => ({
  name: `${name.replace("/", "-")}-imports-one-way`,
  severity: "error",
  from: { path: `^${name}/` },
  to: { path: own, pathNot: [name, ...allowed].map((it) => `^${it}(/|$)`) },
});

const shared = ["runtime/values", "runtime/aws", "runtime/lambda", "runtime/orders"];

/** What speaks to a service: named after the service. */
const adapter =
  "^runtime/(?!lambda/).*(/(cloudwatch|dynamodb|event-bridge|http|s3|slack|simulated|sns|sqs|step-functions)-[^/]+|-adapter)\\.ts$";
const handler = "^runtime/(?!lambda/).*-handler\\.ts$";

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: ["\\.d\\.ts$", "\\.c?js$", "^vitest\\.config\\.mts$"] },
      to: {},
    },
    room("runtime/values", []),
    room("runtime/aws", ["runtime/values"]),
    room("runtime/lambda", ["runtime/values"]),
    // Its metrics are written by the frame.
    room("runtime/orders", ["runtime/values", "runtime/aws", "runtime/lambda/embedded-metrics.ts"]),
    room("runtime/inbox", ["runtime/values", "runtime/aws", "runtime/orders"]),
    room("runtime/order-api", shared),
    room("runtime/topic-intake", [...shared, "runtime/inbox"]),
    room("runtime/file-import", [...shared, "runtime/inbox"]),
    room("runtime/relay", shared),
    room("runtime/fulfilment", shared),
    room("runtime/reconciliation", shared),
    room("runtime/partners", shared),
    room("runtime/notifications", [...shared, "runtime/partners/partner-event.ts"]),
    room("components/building-blocks", []),
    room("components", ["runtime", "settings.ts"]),
    room("packages/iam-documents", []),
    room("packages/local-host", ["packages/iam-documents"]),
    room("policies", ["packages/iam-documents"]),
    {
      name: "only-adapters-and-handlers-know-aws",
      comment: "What decides is pure, or a use case on ports: it runs in a test without a client.",
      severity: "error",
      from: { path: "^runtime/", pathNot: ["^runtime/aws/", adapter, handler] },
      to: { path: ["node_modules/@aws-sdk/", "^runtime/aws/"] },
    },
    {
      name: "only-handlers-use-adapters",
      severity: "error",
      from: { path: "^runtime/", pathNot: [adapter, handler] },
      to: { path: adapter },
    },
    {
      name: "nothing-imports-a-handler-but-its-component",
      severity: "error",
      from: { path: "^runtime/" },
      to: { path: handler },
    },
    {
      name: "runtime-knows-no-pulumi",
      comment: "What runs in Lambda knows nothing of how it is deployed.",
      severity: "error",
      from: { path: "^runtime/" },
      to: { path: ["^components/", "^packages/", "^policies/", "node_modules/@pulumi/"] },
    },
    {
      name: "command-line-uses-the-api",
      comment:
        "The command line is a client: of this code base it knows the shapes of messages, not how they are handled; but to publish an event again is what the relay and reconcile-orders do.",
      severity: "error",
      from: { path: "^cli/" },
      to: {
        path: own,
        pathNot: [
          "^cli/",
          "^runtime/(values|orders|inbox|file-import|order-api)/",
          "^runtime/(relay/relay-order-events|reconciliation/events-again)\\.ts$",
          "^schemas/",
          "^packages/local-host/src/typescript.cjs$",
        ],
      },
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
      from: { path: "^((runtime|components|policies)/|[^/]+\\.ts$)" },
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
