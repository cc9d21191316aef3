import { identityOf } from "../../kernel/program/identity-of";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { unhostable } from "../../kernel/program/unhostable";
import type { DefinitionChecker } from "./definition-check";
import { stateMachineType } from "./resource-types";
import { readWorkflowDefinition, type WorkflowDefinition } from "./workflow-definition";

export interface LogSettings {
  readonly level: "ALL" | "ERROR" | "FATAL";
  readonly includeExecutionData: boolean;
  readonly logGroup: string;
}

/** A state machine as the program declares it. */
export interface DeclaredStateMachine {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly definitionText: string;
  readonly workflow: WorkflowDefinition;
  readonly log?: LogSettings;
  /** Whether executions are traced by X-Ray. */
  readonly traced: boolean;
}

/** Reads a state machine; throws with its URN for a standard workflow and for what the definition must not have. */
export const readStateMachine = async (
  node: ResourceNode,
  definitions: DefinitionChecker,
): Promise<DeclaredStateMachine> => {
  const inputs = stateMachineType.read(node);
  if (inputs.type !== "EXPRESS") {
    throw new Error(`${node.urn} has the type ${inputs.type}; the local host runs EXPRESS state machines`);
  }
  const { name, arn } = identityOf(node);
  return {
    name,
    arn,
    roleArn: inputs.roleArn,
    definitionText: inputs.definition,
    traced: inputs.tracingConfiguration?.enabled ?? false,
    workflow: await workflowOf(node, inputs.definition, definitions),
    ...logOf(node, inputs.loggingConfiguration),
  };
};

const workflowOf = async (
  node: ResourceNode,
  definition: string,
  definitions: DefinitionChecker,
): Promise<WorkflowDefinition> => {
  try {
    await definitions.check(definition);
    return readWorkflowDefinition(definition);
  } catch (error) {
    throw unhostable(node, error);
  }
};

const logOf = (
  node: ResourceNode,
  settings: ReturnType<typeof stateMachineType.read>["loggingConfiguration"],
): { readonly log?: LogSettings } => {
  if (settings === undefined || settings.level === "OFF") return {};
  const logGroup = /:log-group:(.+?)(?::\*)?$/.exec(settings.logDestination ?? "")?.[1];
  if (logGroup === undefined) {
    throw new Error(
      `${node.urn} logs to ${settings.logDestination}; logDestination must be a log group's ARN that ends with :*`,
    );
  }
  return { log: { level: settings.level, includeExecutionData: settings.includeExecutionData, logGroup } };
};
