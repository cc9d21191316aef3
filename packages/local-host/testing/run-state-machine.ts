import { Clock } from "../src/kernel/clock";
import { TaskFailure } from "../src/services/step-functions/task-failure";
import { readWorkflowDefinition } from "../src/services/step-functions/workflow-definition";
import { type Outcome, runWorkflow } from "../src/services/step-functions/workflow-run";

/**
 * Runs a state machine once, without a host: `performTask` does what its tasks' resources would. What it throws has failed
 * under the error's name, as Retry and Catch match it. Retriers do not pause.
 */
export const runStateMachine = (
  definition: object,
  input: unknown,
  performTask: (resource: string, parameters: unknown) => Promise<unknown>,
): Promise<Outcome> =>
  runWorkflow(readWorkflowDefinition(JSON.stringify(definition)), {
    input,
    execution: { Id: "execution-1", Name: "execution-1", StartTime: new Date().toISOString() },
    stateMachine: { Id: "state-machine-1", Name: "state-machine-1" },
    retryAtOnce: true,
    clock: new Clock(),
    performTask: (resource, parameters) =>
      performTask(resource, parameters).catch((error: unknown) => {
        throw error instanceof Error ? new TaskFailure(error.name, error.message) : error;
      }),
  }).outcome;
