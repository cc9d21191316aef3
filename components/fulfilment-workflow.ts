import * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import { fulfilmentDefinition } from "../runtime/fulfilment/fulfilment-definition";
import type { CallbackFunction } from "./building-blocks/callback-function";
import type { DashboardWidget } from "./building-blocks/dashboard";
import type { Grant } from "./building-blocks/grant";
import { logGroup, logVolume } from "./building-blocks/log-group";
import { serviceRole } from "./building-blocks/service-role";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";

export interface FulfilmentWorkflowArgs {
  readonly platform: Platform;
  readonly table: OrderTable;
  readonly takePayment: CallbackFunction;
  readonly shipOrder: CallbackFunction;
  readonly refundPayment: CallbackFunction;
}

/** What Step Functions needs to write to a log group; none of these actions has resource-level permissions. */
const deliverLogs: Grant = {
  actions: [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
  ],
  resources: ["*"],
};

const trace: Grant = {
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
  resources: ["*"],
};

/** The Express state machine that takes an order to its end. */
export class FulfilmentWorkflow extends pulumi.ComponentResource {
  readonly stateMachine: sfn.StateMachine;
  readonly arn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: FulfilmentWorkflowArgs, options?: pulumi.ComponentResourceOptions) {
    const { table, takePayment, shipOrder, refundPayment } = args;
    const grants: readonly Grant[] = [
      takePayment.grantInvoke(),
      shipOrder.grantInvoke(),
      refundPayment.grantInvoke(),
      table.grantGet(),
      table.grantUpdate(),
      deliverLogs,
      trace,
    ];
    // Policies check the grants: the role's document is unknown in a preview as long as one of its ARNs is.
    super("order-pipeline:index:FulfilmentWorkflow", name, { grants }, options);
    const child = { parent: this };
    const log = logGroup(name, args.platform, child, `/aws/vendedlogs/states/${name}-${pulumi.getStack()}`);
    const { accountId, permissionsBoundary } = args.platform;
    const { role, permissions, statements } = serviceRole(
      name,
      { service: "states.amazonaws.com", accountId, permissionsBoundary, grants },
      child,
    );
    this.stateMachine = new sfn.StateMachine(
      name,
      {
        type: "EXPRESS",
        roleArn: role.arn,
        definition: pulumi
          .all([table.name, takePayment.function.arn, shipOrder.function.arn, refundPayment.function.arn])
          .apply(([tableName, takePaymentArn, shipOrderArn, refundPaymentArn]) =>
            JSON.stringify(fulfilmentDefinition({ tableName, takePaymentArn, shipOrderArn, refundPaymentArn })),
          ),
        // Without the executions' data: it holds customers' orders and payment methods.
        loggingConfiguration: {
          level: "ERROR",
          includeExecutionData: false,
          logDestination: pulumi.interpolate`${log.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
      },
      { ...child, dependsOn: permissions },
    );
    this.arn = this.stateMachine.arn;
    const dimensions = { StateMachineArn: this.arn };
    declareAlarms(name, args.platform, dimensions, child);
    this.widgets = [...widgetsOf(name, dimensions), logVolume(name, log)];
    this.registerOutputs({ arn: this.arn, statements });
  }

  /** To run an execution and wait for its end. */
  grantStartSync(): Grant {
    return { actions: ["states:StartSyncExecution"], resources: [this.arn] };
  }
}

type WorkflowDimensions = { readonly StateMachineArn: pulumi.Output<string> };

const declareAlarms = (
  name: string,
  { alarms }: Platform,
  dimensions: WorkflowDimensions,
  options: pulumi.CustomResourceOptions,
): void => {
  alarms.declare(
    `${name}-fails`,
    {
      description: `More than 5 executions of ${name} failed in 5 minutes. Their orders are retried, and go to the dead-letter queue after 5 attempts. The logs of take-payment and ship-order show what the services answered.`,
      runbook: "the-workflow-fails",
      namespace: "AWS/States",
      metric: "ExecutionsFailed",
      dimensions,
      statistic: "Sum",
      above: 5,
      period: 300,
    },
    options,
  );
  alarms.declare(
    `${name}-times-out`,
    {
      description: `Executions of ${name} timed out: a service responds so slowly that all attempts together exceed the time limit. Their orders are retried.`,
      runbook: "the-workflow-fails",
      namespace: "AWS/States",
      metric: "ExecutionsTimedOut",
      dimensions,
      statistic: "Sum",
      above: 0,
      period: 300,
    },
    options,
  );
};

const widgetsOf = (name: string, dimensions: WorkflowDimensions): readonly DashboardWidget[] => {
  const counted = { namespace: "AWS/States", dimensions, statistic: "Sum" } as const;
  return [
    {
      section: "flow",
      title: name,
      metrics: [
        { ...counted, metric: "ExecutionsSucceeded", label: "succeeded" },
        { ...counted, metric: "ExecutionsFailed", label: "failed" },
        { ...counted, metric: "ExecutionsTimedOut", label: "timed out" },
        {
          ...counted,
          metric: "ExecutionTime",
          statistic: "p99",
          label: "p99, milliseconds",
          right: true,
        },
      ],
    },
    { section: "cost", title: "Executions", metrics: [{ ...counted, metric: "ExecutionsStarted", label: name }] },
  ];
};
