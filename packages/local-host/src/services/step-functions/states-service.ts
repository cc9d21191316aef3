import * as z from "zod";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { jsonService } from "../../kernel/endpoint/json-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import { assertMayDeliverLogs } from "./machine-permissions";
import type { DeclaredStateMachine } from "./state-machine-node";
import type { WorkflowExecutions } from "./workflow-executions";
import type { Outcome } from "./workflow-run";

export interface StatesServiceParts {
  readonly context: HostContext;
  readonly machines: Map<string, DeclaredStateMachine>;
  readonly executions: WorkflowExecutions;
  readonly startedAt: Date;
}

type Action = (parts: StatesServiceParts, input: unknown, principal: Principal) => Promise<unknown>;

const startSchema = z.object({
  stateMachineArn: z.string(),
  name: z.string().optional(),
  input: z.string().default("{}"),
  traceHeader: z.string().max(256).optional(),
});

const updateSchema = z.strictObject({
  stateMachineArn: z.string(),
  loggingConfiguration: z.strictObject({
    level: z.enum(["ALL", "ERROR", "FATAL", "OFF"]).default("OFF"),
    includeExecutionData: z.boolean().default(false),
    destinations: z
      .array(z.object({ cloudWatchLogsLogGroup: z.object({ logGroupArn: z.string() }) }))
      .max(1)
      .default([]),
  }),
});

const epochSeconds = (date: Date): number => date.getTime() / 1000;

const read = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError("ValidationException", z.prettifyError(parsed.error));
};

const findMachine = (
  { context, machines }: StatesServiceParts,
  principal: Principal,
  action: string,
  arn: string,
): DeclaredStateMachine => {
  context.access.check({ principal, action: `states:${action}`, resourceArn: arn });
  const machine = machines.get(arn);
  if (machine === undefined) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  return machine;
};

/** Express workflows are billed for 100 ms and 64 MB at a time. */
const billing = (milliseconds: number) => ({
  billedDurationInMilliseconds: Math.ceil(Math.max(milliseconds, 1) / 100) * 100,
  billedMemoryUsedInMB: 64,
});

const outcomeFields = (outcome: Outcome) => {
  switch (outcome.kind) {
    case "succeeded":
      return { status: "SUCCEEDED", output: JSON.stringify(outcome.output), outputDetails: { included: true } };
    case "failed":
      return { status: "FAILED", error: outcome.error, cause: outcome.cause };
    case "timed out":
      return { status: "TIMED_OUT", error: "States.Timeout" };
  }
};

const actions: Readonly<Record<string, Action>> = {
  StartSyncExecution: async (parts, input, principal) => {
    const request = read(startSchema, input);
    const machine = findMachine(parts, principal, "StartSyncExecution", request.stateMachineArn);
    const { executionArn, name, startDate, finished } = parts.executions.start({
      ...request,
      machine,
      trace: request.traceHeader,
    });
    const { outcome, stopDate } = await finished;
    return {
      executionArn,
      stateMachineArn: machine.arn,
      name,
      startDate: epochSeconds(startDate),
      stopDate: epochSeconds(stopDate),
      input: request.input,
      inputDetails: { included: true },
      ...outcomeFields(outcome),
      billingDetails: billing(stopDate.getTime() - startDate.getTime()),
    };
  },
  StartExecution: async (parts, input, principal) => {
    const request = read(startSchema, input);
    const machine = findMachine(parts, principal, "StartExecution", request.stateMachineArn);
    const { executionArn, startDate } = parts.executions.startInBackground({
      ...request,
      machine,
      trace: request.traceHeader,
    });
    return { executionArn, startDate: epochSeconds(startDate) };
  },
  DescribeStateMachine: async (parts, input, principal) => {
    const { stateMachineArn } = read(z.object({ stateMachineArn: z.string() }), input);
    const machine = findMachine(parts, principal, "DescribeStateMachine", stateMachineArn);
    return {
      stateMachineArn: machine.arn,
      name: machine.name,
      status: "ACTIVE",
      definition: machine.definitionText,
      roleArn: machine.roleArn,
      type: "EXPRESS",
      creationDate: epochSeconds(parts.startedAt),
      loggingConfiguration: {
        level: machine.log?.level ?? "OFF",
        includeExecutionData: machine.log?.includeExecutionData ?? false,
      },
    };
  },
  /** Changes how executions are logged until the host's next start; the definition and the role are the program's. */
  UpdateStateMachine: async (parts, input, principal) => {
    const { stateMachineArn, loggingConfiguration } = read(updateSchema, input);
    const { log, ...machine } = findMachine(parts, principal, "UpdateStateMachine", stateMachineArn);
    const { level, includeExecutionData, destinations } = loggingConfiguration;
    const logGroup = /:log-group:(.+?)(?::\*)?$/.exec(
      destinations[0]?.cloudWatchLogsLogGroup.logGroupArn ?? `:log-group:${log?.logGroup ?? ""}`,
    )?.[1];
    if (level !== "OFF" && logGroup === undefined) {
      throw new AwsError(
        "InvalidLoggingConfiguration",
        "Invalid Logging Configuration: Must specify exactly one Log Destination.",
      );
    }
    const updated =
      level === "OFF" || logGroup === undefined
        ? machine
        : { ...machine, log: { level, includeExecutionData, logGroup } };
    assertMayDeliverLogs(parts.context, updated);
    parts.machines.set(machine.arn, updated);
    return { updateDate: epochSeconds(new Date()) };
  },
  ListStateMachines: async ({ context, machines, startedAt }, _input, principal) => {
    context.access.check({ principal, action: "states:ListStateMachines", resourceArn: "*" });
    return {
      stateMachines: [...machines.values()].map(({ arn, name }) => ({
        stateMachineArn: arn,
        name,
        type: "EXPRESS",
        creationDate: epochSeconds(startedAt),
      })),
    };
  },
};

/** Step Functions' API, as far as it serves state machines that are declared already. */
export const statesService = (parts: StatesServiceParts): ActionService =>
  jsonService(
    "states",
    ["AWSStepFunctions"],
    Object.fromEntries(
      Object.entries(actions).map(([name, perform]) => [name, (input, principal) => perform(parts, input, principal)]),
    ),
  );
