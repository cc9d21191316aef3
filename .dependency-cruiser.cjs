/**
 * Imports go one way (docs/architecture.md):
 *
 *   values <- aws, orders <- inbox <- order-api, topic-intake, file-import, relay, fulfilment, ... <- components <- index.ts
 *   within a room: pure <- use case <- adapter <- handler
 */
const own = "^(runtime|components|packages|policies|cli|demo|planning|schemas|tests)/|^[^/]+\\.ts$";

/** A room may import itself and what is named; nothing else of this code base. */
const room = (name, allowed) => ({
  name: `${name.replace("/", "-")}-imports-one-way`,
  severity: "error",
  from: { path: `^${name}/` },
  to: { path: own, pathNot: [name, ...allowed].map((it) => `^${it}(/|$)`) },
});

const shared = ["runtime/values", "runtime/aws", "runtime/lambda", "runtime/orders"];

/** What services of the local host show to each other: the registrations by which a host is found, and their ports. */
const servicePorts = [
  "^packages/local-host/src/services/(cognito/cognito|dynamodb/dynamodb|lambda/lambda|logs/logs|sns/sns|sqs/sqs|xray/xray)\\.ts$",
  "^packages/local-host/src/services/api-gateway/signing-keys\\.ts$",
  "^packages/local-host/src/services/dynamodb/stream-record\\.ts$",
  // The language of patterns is EventBridge's; subscriptions and mappings filter by it too.
  "^packages/local-host/src/services/event-bridge/event-pattern\\.ts$",
  "^packages/local-host/src/services/lambda/hosted-function\\.ts$",
  "^packages/local-host/src/services/sns/topics\\.ts$",
  "^packages/local-host/src/services/sqs/(queues|sqs-message|sqs-batch|sqs-wire)\\.ts$",
];

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
    // Its metrics and its part of a trace are written by the frame.
    room("runtime/orders", [
      "runtime/values",
      "runtime/aws",
      "runtime/lambda/embedded-metrics.ts",
      "runtime/lambda/traced-work.ts",
    ]),
    room("runtime/inbox", ["runtime/values", "runtime/aws", "runtime/orders"]),
    room("runtime/order-api", shared),
    room("runtime/topic-intake", [...shared, "runtime/inbox"]),
    room("runtime/file-import", [...shared, "runtime/inbox"]),
    room("runtime/relay", shared),
    room("runtime/fulfilment", shared),
    room("runtime/reconciliation", shared),
    room("runtime/partners", shared),
    room("runtime/notifications", [...shared, "runtime/partners/partner-event.ts"]),
    room("components/building-blocks", ["packages/content-cache"]),
    room("components", ["runtime", "settings.ts", "settings", "packages/content-cache"]),
    room("packages/content-cache", []),
    room("packages/iam-documents", []),
    room("packages/local-host", ["packages/content-cache", "packages/iam-documents"]),
    room("policies", ["packages/iam-documents"]),
    {
      name: "local-host-kernel-knows-no-service",
      severity: "error",
      from: { path: "^packages/local-host/src/kernel/" },
      to: {
        path: "^packages/local-host/src/",
        pathNot: "^packages/local-host/src/(kernel/|(cache-dir-of|run-script)\\.ts$)",
      },
    },
    {
      name: "local-host-services-meet-at-ports",
      comment:
        "A service reaches another's host by its registration, or through ServiceCalls; of what is inside it sees these alone.",
      severity: "error",
      from: { path: "^packages/local-host/src/services/([^/]+)/" },
      to: {
        path: "^packages/local-host/src/",
        pathNot: [
          "^packages/local-host/src/(kernel/|port\\.ts$)",
          "^packages/local-host/src/services/$1/",
          ...servicePorts,
        ],
      },
    },
    {
      name: "local-host-evaluation-loads-no-host",
      comment: "Declarations are read while a program is evaluated: a host's modules would add a third of a second.",
      severity: "error",
      from: { path: "^packages/local-host/src/(evaluate-program|service-declarations)\\.ts$" },
      to: { path: "^packages/local-host/src/services/", pathNot: "/resource-types\\.ts$" },
    },
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
          "^packages/local-host/src/(direct-loopback\\.ts|typescript\\.cjs|services/xray/trace-rows\\.ts)$",
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
      from: { path: "^((runtime|components|policies|settings)/|[^/]+\\.ts$)" },
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
