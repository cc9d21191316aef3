import { join } from "node:path";
import { DurableDatabase } from "../../kernel/durable-database";
import { AwsError, type AwsRequest, type AwsService, type ResourceHost } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import { resourcesOf } from "../../kernel/program/resource-graph";
import { DefinitionCheck, type DefinitionChecker } from "./definition-check";
import { ExecutionJournal } from "./execution-journal";
import { assertMayDeliverLogs } from "./machine-permissions";
import { type DeclaredStateMachine, readStateMachine } from "./state-machine-node";
import { statesService } from "./states-service";
import { WorkflowExecutions } from "./workflow-executions";

const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

export interface WorkflowHost extends ResourceHost {
  readonly service: AwsService;
  /** Starts an execution without waiting for its end; rejects with AwsError when it cannot be started. */
  startExecution(principal: Principal, stateMachineArn: string, input: unknown): Promise<void>;
}

export interface WorkflowOptions {
  /** Checks the language of definitions. Default: asl-validator. */
  readonly definitions?: DefinitionChecker;
}

/** Hosts Step Functions: Express state machines in the Amazon States Language with JSONPath. */
export const workflowHost = (context: HostContext, options: WorkflowOptions = {}): WorkflowHost => {
  let running: { readonly service: AwsService; readonly executions: WorkflowExecutions } | undefined;
  const handle = async (request: AwsRequest) => {
    if (running === undefined) throw new AwsError("ServiceUnavailable", "the workflows are not running", 503);
    return running.service.handle(request);
  };
  return {
    hosts: [STATE_MACHINE],
    service: { service: "states", handle },
    startExecution: async (principal, stateMachineArn, input) => {
      await handle({
        service: "states",
        action: "StartExecution",
        principal,
        method: "POST",
        url: "/",
        headers: {},
        body: Buffer.from(JSON.stringify({ stateMachineArn, input: JSON.stringify(input) })),
      });
    },
    start: async () => {
      const folder = join(context.dataDir, "workflows");
      const definitions = options.definitions ?? new DefinitionCheck(join(context.cacheDir, "checked-definitions"));
      const machines = new Map<string, DeclaredStateMachine>();
      for (const node of resourcesOf(context.graph, STATE_MACHINE)) {
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
