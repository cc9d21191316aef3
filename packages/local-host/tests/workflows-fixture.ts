import { onTestFinished } from "vitest";
import * as z from "zod";
import type { ServiceCalls } from "../src/kernel/endpoint/service-calls";
import type { DefinitionChecker } from "../src/services/step-functions/definition-check";
import { workflowHost } from "../src/services/step-functions/workflow-host";
import { arnOf, callService, recordedContext, resource } from "./recorded-context";

export const MACHINE = arnOf("states", "stateMachine:fulfil");
export const ROLE = "arn:aws:iam::000000000000:role/fulfil";
export const PAY = arnOf("lambda", "function:take-payment");
export const PRINCIPAL = { kind: "role", roleArn: ROLE, actor: MACHINE };

/** The check of the language takes 0.3 s for each definition. */
const unchecked: DefinitionChecker = { check: async () => undefined };

type States = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const start = async (
  definition: Readonly<Record<string, unknown>>,
  calls: Partial<ServiceCalls> = {},
  inputs: Readonly<Record<string, unknown>> = {},
  { dataDir, definitions = unchecked }: { dataDir?: string; definitions?: DefinitionChecker } = {},
) => {
  const machine = resource(
    "aws:sfn/stateMachine:StateMachine",
    "fulfil",
    { definition: JSON.stringify(definition), roleArn: ROLE, type: "EXPRESS", ...inputs },
    { arn: MACHINE },
  );
  const context = recordedContext({ resources: [machine], calls, ...(dataDir === undefined ? {} : { dataDir }) });
  const host = workflowHost(context, { definitions });
  onTestFinished(() => host.stop());
  await host.start();
  return { context, host };
};

const syncResult = z.looseObject({
  status: z.string(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});

export const execute = async (
  definition: Readonly<Record<string, unknown>>,
  calls: Partial<ServiceCalls> = {},
  input: unknown = {},
) => {
  const { context, host } = await start(definition, calls);
  const answer = await callService(host.service, "StartSyncExecution", {
    stateMachineArn: MACHINE,
    name: "one",
    input: JSON.stringify(input),
  });
  const result = syncResult.parse(answer);
  return { context, result, output: result.output === undefined ? undefined : JSON.parse(result.output) };
};

export const machine = (startAt: string, states: States, more: Readonly<Record<string, unknown>> = {}) => ({
  StartAt: startAt,
  States: states,
  ...more,
});

export const answers =
  (...payloads: (unknown | Error)[]): Partial<ServiceCalls>["invokeFunction"] & {} =>
  async () => {
    const next = payloads.length > 1 ? payloads.shift() : payloads[0];
    if (next instanceof Error) throw next;
    return { payload: JSON.stringify(next) };
  };

export const functionError = (errorType: string, errorMessage = "no") => ({
  payload: JSON.stringify({ errorType, errorMessage, trace: [] }),
  functionError: "Unhandled",
});
