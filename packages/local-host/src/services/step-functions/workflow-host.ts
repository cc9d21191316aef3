import { join } from "node:path";
import { DurableDatabase } from "../../kernel/durable-database";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { jsonApi } from "../../kernel/endpoint/json-service";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceHost } from "../../kernel/resource-host";
import { DefinitionCheck, type DefinitionChecker } from "./definition-check";
import { ExecutionJournal } from "./execution-journal";
import { assertMayDeliverLogs } from "./machine-permissions";
import { stateMachineType } from "./resource-types";
import { type DeclaredStateMachine, readStateMachine } from "./state-machine-node";
import { statesService } from "./states-service";
import { WorkflowExecutions } from "./workflow-executions";

export interface WorkflowHost extends ResourceHost {
  readonly service: ActionService;
  readonly calls: Pick<ServiceCalls, "startExecution">;
}

export interface WorkflowOptions {
  /** Checks the language of definitions. Default: asl-validator. */
  readonly definitions?: DefinitionChecker;
}

/** Hosts Step Functions: Express state machines in the Amazon States Language with JSONPath. */
export const workflowHost = (context: HostContext, options: WorkflowOptions = {}): WorkflowHost => {
  let running: { readonly service: ActionService; readonly executions: WorkflowExecutions } | undefined;
  const call: ActionService["call"] = async (of) => {
    if (running === undefined) throw new AwsError("ServiceUnavailable", "the workflows are not running", 503);
    return running.service.call(of);
  };
  return {
    service: jsonApi({ service: "states", targets: ["AWSStepFunctions"], call }),
    calls: {
      startExecution: async (principal, stateMachineArn, input) => {
        await call({ principal, action: "StartExecution", input: { stateMachineArn, input: JSON.stringify(input) } });
      },
    },
    start: async () => {
      const folder = join(context.dataDir, "workflows");
      const definitions = options.definitions ?? new DefinitionCheck(join(context.cacheDir, "checked-definitions"));
      const machines = new Map<string, DeclaredStateMachine>();
      for (const node of stateMachineType.in(context.graph)) {
        const machine = await readStateMachine(node, definitions);
        assertMayDeliverLogs(context, machine);
        machines.set(machine.arn, machine);
      }
      const journal = new ExecutionJournal(new DurableDatabase(join(folder, "executions.sqlite")));
      const executions = new WorkflowExecutions(context, journal);
      running = { executions, service: statesService({ context, machines, executions, startedAt: new Date() }) };
      executions.resume(machines);
    },
    stop: async () => {
      await running?.executions.stop();
      running = undefined;
    },
  };
};
