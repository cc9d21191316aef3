import type * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { DeclaresAlarms } from "./alarm-args";
import { bundleCallback } from "./bundle-callback";
import type { DashboardWidget } from "./dashboard";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { Grant } from "./grant";
import { type LogGroupArgs, logGroup, logVolume } from "./log-group";
import type { LogQueries } from "./log-queries";
import type { PrivateNetwork } from "./private-network";
import { serviceRole } from "./service-role";

/** A Lambda handler that says which environment variables it needs. */
export interface Callback<Environment extends z.ZodObject> {
  (event: never, context: never): Promise<unknown>;
  readonly environment: Environment;
}

/** One value for each variable of a handler's schema: a missing or misspelt one does not compile. */
export type EnvironmentOf<Environment extends z.ZodObject> = {
  readonly [Name in keyof z.input<Environment>]: pulumi.Input<Extract<z.input<Environment>[Name], string>>;
};

export interface CallbackFunctionArgs<Environment extends z.ZodObject> extends LogGroupArgs {
  readonly alarms: DeclaresAlarms;
  /** A handler, exported by name from a module that the program imports. Its module is what is bundled. */
  readonly callback: Callback<Environment>;
  readonly environment: EnvironmentOf<Environment>;
  /** Saved queries that also cover the function's log. Default: none. */
  readonly logQueries?: Pick<LogQueries, "over"> | undefined;
  /** Namespace and stack of the metrics that the function records, as METRICS_NAMESPACE and METRICS_STACK. */
  readonly metrics?: { readonly namespace: string; readonly stack: string } | undefined;
  /** Exactly what the function may do, besides writing its log and its trace. */
  readonly grants: readonly Grant[];
  /** Seconds, 1 to 900. Default 10. */
  readonly timeout?: number;
  /** MB, 128 to 10,240; CPU grows with it. Default 512. */
  readonly memory?: number;
  /**
   * Sends the events of asynchronous invocations, such as a schedule's, that failed in all three attempts to a dead-letter
   * queue. The text of its alarm: what that means, and what to do. Default: such events are dropped.
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
   */
  readonly failedEventsMeaning?: string;
  /** ARN of the permissions boundary of the function's role. Default: none. */
  readonly permissionsBoundary?: pulumi.Input<string> | undefined;
  /** Private subnets to run in. Default: outside any VPC. */
  readonly network?: Pick<PrivateNetwork, "vpcConfig" | "grantsJoin"> | undefined;
  /** Reserved concurrency: invocations at the same time that are kept for the function, and its limit. Default: none. */
  readonly reservedConcurrency?: number | undefined;
}

/** A Lambda function made from a handler of this code base, with a role, a log group and alarms of its own. */
export class CallbackFunction<Environment extends z.ZodObject = z.ZodObject> extends pulumi.ComponentResource {
  readonly function: lambda.Function;
  readonly role: iam.Role;
  /** The role's only policy; whatever invokes the function should depend on it. */
  readonly permissions: iam.RolePolicy;
  /** Seconds. */
  readonly timeout: number;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: CallbackFunctionArgs<Environment>, options?: pulumi.ComponentResourceOptions) {
    // Policies check the grants: the role's document is unknown in a preview as long as one of its ARNs is.
    super("order-pipeline:index:CallbackFunction", name, { grants: args.grants }, options);
    const child = { parent: this };
    const { alarms, metrics, network, permissionsBoundary, reservedConcurrency, timeout = 10 } = args;
    this.timeout = timeout;
    const logs = logGroup(name, args, child);
    args.logQueries?.over(logs.name);
    const failedEvents =
      args.failedEventsMeaning === undefined
        ? undefined
        : new DeadLetterQueue(`${name}-dlq`, { alarms, key: args.key, meaning: args.failedEventsMeaning }, child);
    const grants: readonly Grant[] = [
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [pulumi.interpolate`${logs.arn}:*`] },
      // X-Ray has no resource-level permissions for these two actions.
      { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] },
      ...(network === undefined ? [] : network.grantsJoin()),
      ...args.grants,
      ...(failedEvents === undefined ? [] : [failedEvents.grantSend()]),
    ];
    // Without a condition: AWS documents none that Lambda meets, and a role is passed to a service within its account only.
    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    const { role, permissions, statements } = serviceRole(
      name,
      { service: "lambda.amazonaws.com", accountId: undefined, permissionsBoundary, grants },
      child,
    );
    this.role = role;
    this.permissions = permissions;
    this.function = new lambda.Function(
      name,
      {
        role: this.role.arn,
        ...bundleCallback(args.callback, name),
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        timeout,
        memorySize: args.memory ?? 512,
        environment: {
          variables: {
            ...args.environment,
            ...(metrics === undefined ? {} : { METRICS_NAMESPACE: metrics.namespace, METRICS_STACK: metrics.stack }),
            NODE_OPTIONS: "--enable-source-maps",
          },
        },
        // What is left out here is set by AWS, and a refresh then shows it as drift (hashicorp/terraform-provider-aws#35301).
        loggingConfig: { logFormat: "JSON", logGroup: logs.name, applicationLogLevel: "INFO", systemLogLevel: "WARN" },
        tracingConfig: { mode: "Active" },
        ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
        ...(network === undefined ? {} : { vpcConfig: network.vpcConfig }),
      },
      { ...child, dependsOn: this.permissions },
    );
    if (failedEvents !== undefined) {
      new lambda.FunctionEventInvokeConfig(
        name,
        {
          functionName: this.function.name,
          destinationConfig: { onFailure: { destination: failedEvents.arn } },
        },
        { ...child, dependsOn: this.permissions },
      );
    }
    const dimensions = { FunctionName: this.function.name };
    declareAlarms(name, alarms, dimensions, child);
    this.widgets = [...widgetsOf(name, dimensions), ...(failedEvents?.widgets ?? []), logVolume(name, logs)];
    // Policies check the statements: the document is unknown in the preview that creates the role.
    this.registerOutputs({ function: this.function, role: this.role, statements });
  }

  /** To invoke the function, for a state machine's role. */
  grantInvoke(): Grant {
    return { actions: ["lambda:InvokeFunction"], resources: [this.function.arn] };
  }
}

type FunctionDimensions = { readonly FunctionName: pulumi.Output<string> };

const declareAlarms = (
  name: string,
  alarms: DeclaresAlarms,
  dimensions: FunctionDimensions,
  options: pulumi.CustomResourceOptions,
): void => {
  alarms.declare(
    `${name}-errors`,
    {
      description: `${name} failed more than 5 times in 5 minutes. Read its log group, newest errors first.`,
      runbook: "a-function-fails",
      namespace: "AWS/Lambda",
      metric: "Errors",
      dimensions,
      statistic: "Sum",
      above: 5,
      period: 300,
    },
    options,
  );
  alarms.declare(
    `${name}-throttled`,
    {
      description: `Lambda throttled more than 5 invocations of ${name} in 5 minutes: its reserved concurrency, or the account's unreserved concurrency, is used up. Check ConcurrentExecutions, then raise the limit that was reached.`,
      runbook: "a-function-is-throttled",
      namespace: "AWS/Lambda",
      metric: "Throttles",
      dimensions,
      statistic: "Sum",
      above: 5,
      period: 300,
    },
    options,
  );
};

const widgetsOf = (name: string, dimensions: FunctionDimensions): readonly DashboardWidget[] => {
  const counted = { namespace: "AWS/Lambda", dimensions, statistic: "Sum" } as const;
  return [
    {
      section: "flow",
      title: name,
      metrics: [
        { ...counted, metric: "Errors", label: `${name} errors` },
        { ...counted, metric: "Throttles", label: `${name} throttles` },
      ],
    },
    { section: "cost", title: "Invocations", metrics: [{ ...counted, metric: "Invocations", label: name }] },
    {
      section: "cost",
      title: "Milliseconds that functions ran",
      metrics: [{ ...counted, metric: "Duration", label: name }],
    },
  ];
};
