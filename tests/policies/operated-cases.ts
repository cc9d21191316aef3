import { add, type Fixture, remove, set } from "./fixture";
import { at, functionArn, lambdaFunction } from "./fixture-resources";
import type { RuleCase } from "./rule-case";

const variables = (environment: Readonly<Record<string, string>>) =>
  set("worker", { environment: { variables: environment } });

const flowArn = `arn:aws:states:${at}:stateMachine:flow`;

/** A queue's consumer that starts a workflow for each message, and a function behind it that reserves 100. */
export const workflowBehindQueue = (fixture: Fixture): Fixture =>
  add(...lambdaFunction("charge", { reservedConcurrentExecutions: 100 }))(
    set("worker", { environment: { variables: { FLOW_ARN: flowArn } } })(
      set(
        "flow",
        { definition: JSON.stringify({ Resource: functionArn("charge") }) },
        { added: { arn: flowArn } },
      )(fixture),
    ),
  );

export const operatedCases: readonly RuleCase[] = [
  {
    rule: "log-group-forgets",
    breaks: "a log group without retention",
    change: set("worker-logs", { retentionInDays: undefined }),
    finds: {
      "worker-logs":
        "log group worker-logs keeps its lines forever: retentionInDays is not set. Set it, to 30 for example.",
    },
  },
  {
    rule: "log-group-forgets",
    breaks: "a log group that keeps its lines forever",
    change: set("worker-logs", { retentionInDays: 0 }),
    finds: {
      "worker-logs": "log group worker-logs keeps its lines forever: retentionInDays is 0. Set it, to 30 for example.",
    },
  },
  {
    rule: "function-has-log-group",
    breaks: "a function without a log group",
    change: set("worker", { loggingConfig: undefined }),
    finds: {
      worker:
        "function worker logs to a log group that Lambda makes, which the stack does not declare: it is kept forever. Declare a LogGroup and name it in loggingConfig.logGroup.",
    },
  },
  {
    rule: "function-has-log-group",
    breaks: "a function that logs to a group of another stack",
    change: set("worker", { loggingConfig: { logFormat: "JSON", logGroup: "shared" } }),
    finds: {
      worker:
        "function worker logs to shared, which the stack does not declare: it is kept forever. Declare a LogGroup and name it in loggingConfig.logGroup.",
    },
  },
  {
    rule: "api-has-access-log",
    breaks: "a stage without an access log",
    change: set("stage", { accessLogSettings: undefined }),
    finds: {
      stage:
        "stage $default has no access log: nobody can say how a request was answered. Set accessLogSettings with a log group's ARN.",
    },
  },
  {
    rule: "workflow-has-log",
    breaks: "a workflow whose log is off",
    change: set("flow", { loggingConfiguration: { level: "OFF" } }),
    finds: {
      flow: "state machine flow writes no log: why an execution failed is not known. Set loggingConfiguration with level ERROR and a logDestination.",
    },
  },
  {
    rule: "tracing-is-on",
    breaks: "a function that is not traced",
    change: set("worker", { tracingConfig: { mode: "PassThrough" } }),
    finds: { worker: 'function worker is not traced: tracingConfig.mode is "PassThrough". Set it to "Active".' },
  },
  {
    rule: "tracing-is-on",
    breaks: "a workflow that is not traced",
    change: set("flow", { tracingConfiguration: undefined }),
    finds: { flow: "state machine flow is not traced: tracingConfiguration.enabled is not set. Set it to true." },
  },
  {
    rule: "function-has-alarm",
    breaks: "a function without an alarm",
    change: remove("worker-errors"),
    finds: {
      worker:
        "function worker has no alarm on its errors: it fails until a customer calls. Declare a MetricAlarm on AWS/Lambda Errors with its name as FunctionName.",
    },
  },
  {
    rule: "function-has-alarm",
    breaks: "an alarm on another function",
    change: set("worker-errors", { dimensions: { FunctionName: "relay" } }),
    finds: {
      worker:
        "function worker has no alarm on its errors: it fails until a customer calls. Declare a MetricAlarm on AWS/Lambda Errors with its name as FunctionName.",
    },
  },
  {
    rule: "queue-age-has-alarm",
    breaks: "a queue without an alarm on its age",
    change: remove("work-age"),
    finds: {
      work: "queue work has no alarm on the age of its messages: nobody sees that its consumer is down. Declare a MetricAlarm on AWS/SQS ApproximateAgeOfOldestMessage with its name as QueueName.",
    },
  },
  {
    rule: "dead-letters-have-alarm",
    breaks: "a dead-letter queue without an alarm",
    change: remove("rule-dlq-full"),
    finds: {
      "rule-dlq":
        "queue rule-dlq has no alarm on its messages: dead letters lie there unseen until they are deleted. Declare a MetricAlarm on AWS/SQS ApproximateNumberOfMessagesVisible with its name as QueueName.",
    },
  },
  {
    rule: "alarm-notifies",
    breaks: "an alarm without an action",
    change: set("work-age", { alarmActions: [] }),
    finds: {
      "work-age":
        "metric alarm work-age tells nobody: it has no alarmActions that are enabled. Set alarmActions to a topic's ARN.",
    },
  },
  {
    rule: "alarm-notifies",
    breaks: "an alarm whose actions are off",
    change: set("work-age", { actionsEnabled: false }),
    finds: {
      "work-age":
        "metric alarm work-age tells nobody: it has no alarmActions that are enabled. Set alarmActions to a topic's ARN.",
    },
  },
  {
    rule: "runtime-is-supported",
    breaks: "a function on a runtime of the past",
    change: set("worker", { runtime: "nodejs18.x" }),
    finds: {
      worker:
        'function worker has the runtime "nodejs18.x", which AWS does not support for much longer. Set it to one of dotnet10, java17, java21, java25, nodejs22.x, nodejs24.x, provided.al2023, python3.11, python3.12, python3.13, python3.14, ruby3.3, ruby3.4.',
    },
  },
  {
    rule: "function-runs-on-arm64",
    breaks: "a function on x86_64",
    change: set("worker", { architectures: ["x86_64"] }),
    finds: {
      worker:
        'function worker runs on x86_64 (architectures is ["x86_64"]), which costs a quarter more. Set architectures to ["arm64"].',
    },
  },
  {
    rule: "concurrency-fits-mapping",
    breaks: "a mapping that invokes more often than the function may run",
    change: set("work-to-worker", { scalingConfig: { maximumConcurrency: 51 } }),
    finds: {
      "work-to-worker":
        "event source mapping work-to-worker has scalingConfig.maximumConcurrency 51 and function worker reserves 50: what comes above that is throttled. Set it to 50 or less.",
    },
  },
  {
    rule: "concurrency-fits-mapping",
    breaks: "a mapping without a limit on a function with one",
    change: set("work-to-worker", { scalingConfig: undefined }),
    finds: {
      "work-to-worker":
        "event source mapping work-to-worker has no scalingConfig.maximumConcurrency and function worker reserves 50: what comes above that is throttled. Set it to 50 or less.",
    },
  },
  {
    rule: "workflow-fits-functions",
    breaks: "a queue that starts more executions than the function behind them may run",
    change: (fixture) => set("work-to-worker", { batchSize: 3 })(workflowBehindQueue(fixture)),
    finds: {
      "work-to-worker":
        "event source mapping work-to-worker runs up to 150 executions of state machine flow at once (maximumConcurrency 50, batches of 3) and function charge behind it reserves 100: what comes above that is throttled. Lower maximumConcurrency or batchSize.",
    },
  },
  {
    rule: "workflow-fits-functions",
    breaks: "a mapping without a limit before a workflow",
    change: (fixture) => set("work-to-worker", { scalingConfig: undefined })(workflowBehindQueue(fixture)),
    finds: {
      "work-to-worker":
        "event source mapping work-to-worker runs up to any number of executions of state machine flow at once (maximumConcurrency not set, batches of 10) and function charge behind it reserves 100: what comes above that is throttled. Lower maximumConcurrency or batchSize.",
    },
  },
  {
    rule: "throttles-have-alarm",
    breaks: "a function of an API without an alarm on its throttles",
    change: remove("placer-throttled"),
    finds: {
      placer:
        "function placer has no queue or stream behind it and no alarm on its throttles: calls are refused, unseen. Declare a MetricAlarm on AWS/Lambda Throttles with its name as FunctionName.",
    },
  },
  {
    rule: "reservations-fit-account",
    breaks: "functions that reserve more than an account has",
    change: (fixture) =>
      set("placer", { reservedConcurrentExecutions: 800 })(set("relay", { reservedConcurrentExecutions: 51 })(fixture)),
    finds: {
      placer:
        "the stack's functions reserve 901 concurrent executions (function worker 50, function relay 51, function placer 800), and the account has 900 to reserve: 1000 less the 100 that stay unreserved. Reserve less, or set accountConcurrency to the account's quota.",
    },
  },
  {
    rule: "reservations-fit-account",
    breaks: "a reservation in a new account, whose stack says how little it has",
    change: (fixture) => fixture,
    config: { "shop:accountConcurrency": "10" },
    finds: {
      worker:
        "the stack's functions reserve 50 concurrent executions (function worker 50), and the account has 0 to reserve: 10 less the 100 that stay unreserved. Reserve less, or set accountConcurrency to the account's quota.",
    },
  },
  {
    rule: "function-timeout-fits-api",
    breaks: "a function that may take longer than its API waits",
    change: set("placer", { timeout: 30 }),
    finds: {
      placer:
        "function placer may take 30 seconds and integration to-placer waits for 29: the caller gets an error for work that is done. Set timeout to 29 or less.",
    },
  },
  {
    rule: "required-tags",
    breaks: "a bucket without tags, under a provider without any",
    change: (fixture) =>
      set("aws", { defaultTags: undefined })(fixture.filter(({ name }) => ["aws", "drop"].includes(name))),
    finds: {
      drop: "bucket drop has no tag project, stack: it cannot be traced to its stack. Set it in the provider's defaultTags or on the resource.",
    },
  },
  {
    rule: "required-tags",
    breaks: "a bucket with one tag of two",
    change: (fixture) =>
      set("drop", { tags: { project: "shop" } })(
        set("aws", { defaultTags: { tags: { team: "orders" } } })(
          fixture.filter(({ name }) => ["aws", "drop"].includes(name)),
        ),
      ),
    finds: {
      drop: "bucket drop has no tag stack: it cannot be traced to its stack. Set it in the provider's defaultTags or on the resource.",
    },
  },
  {
    rule: "no-plain-secret",
    breaks: "a variable with a secret's name",
    change: variables({ PAYMENT_KEY: "p4ym3nt" }),
    finds: {
      worker:
        "function worker has a secret in its environment variable PAYMENT_KEY: whoever sees its configuration can read it. Keep it in an SSM SecureString parameter and set PAYMENT_KEY_PARAMETER to its name.",
    },
  },
  {
    rule: "no-plain-secret",
    breaks: "a variable with a secret's value",
    change: variables({ DATABASE: "postgres://orders:hunter2@db.example/orders" }),
    finds: {
      worker:
        "function worker has a secret in its environment variable DATABASE: whoever sees its configuration can read it. Keep it in an SSM SecureString parameter and set DATABASE_PARAMETER to its name.",
    },
  },
  {
    rule: "no-simulated-service",
    breaks: "a simulated payment in prod",
    change: variables({ PAYMENT_URL: "simulated" }),
    finds: {
      worker:
        'function worker has PAYMENT_URL "simulated" in the stack prod: it says yes to everything. Set the service\'s URL; simulated is for dev.',
    },
  },
];
