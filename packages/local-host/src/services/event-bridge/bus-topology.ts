import { identityOf } from "../../kernel/program/identity-of";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import { unhostable } from "../../kernel/program/unhostable";
import { isSupportedTarget, targetServices } from "./deliver-to-target";
import { type EventPattern, parseEventPattern } from "./event-pattern";
import { archiveType, busType, ruleType, targetType } from "./resource-types";
import type { TargetInput } from "./target-input";

export interface BusTopology {
  readonly buses: readonly Bus[];
  readonly rules: readonly Rule[];
  readonly archives: readonly Archive[];
}

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  /** What the program calls the key that its events are encrypted with. */
  readonly key?: string | undefined;
  /** The queue for events that it cannot encrypt or decrypt. */
  readonly deadLetterArn?: string | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly enabled: boolean;
  readonly description?: string | undefined;
  readonly patternText?: string | undefined;
  readonly pattern?: EventPattern | undefined;
  readonly scheduleExpression?: string | undefined;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget extends TargetInput {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string | undefined;
  readonly deadLetterArn?: string | undefined;
  readonly messageGroupId?: string | undefined;
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
}

export interface Archive {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly pattern?: EventPattern | undefined;
  /** 0 keeps events forever. */
  readonly retentionDays: number;
}

/** The name in a bus's name or ARN; the account's default bus when there is none. */
export const busNameOf = (nameOrArn: string | undefined): string =>
  nameOrArn === undefined ? "default" : nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);

export const busArn = (graph: ResourceGraph, name: string): string =>
  `arn:aws:events:${graph.region}:${graph.accountId}:event-bus/${name}`;

/** Reads buses, rules, targets and archives; throws with the resource's URN for what cannot be hosted. */
export const busTopology = (graph: ResourceGraph): BusTopology => {
  const declared = busType.in(graph).map(busOf);
  const defaultBus: Bus = { name: "default", arn: busArn(graph, "default") };
  const targets = targetType.in(graph).map(targetOf);
  const rules = ruleType.in(graph).map((node) => ruleOf(node, targets));
  for (const target of targets) {
    if (!rules.some((rule) => rule.name === target.rule && rule.busName === target.busName)) {
      throw new Error(`${target.urn} targets rule ${target.rule} of bus ${target.busName}, which is not declared`);
    }
  }
  return {
    buses: declared.some((bus) => bus.name === "default") ? declared : [defaultBus, ...declared],
    rules,
    archives: archiveType.in(graph).map(archiveOf),
  };
};

const busOf = (node: ResourceNode): Bus => {
  const { description, kmsKeyIdentifier: key, deadLetterConfig } = busType.read(node);
  return { ...identityOf(node), description, key, deadLetterArn: deadLetterConfig?.arn };
};

const ruleOf = (node: ResourceNode, targets: readonly (RuleTarget & { rule: string; busName: string })[]): Rule => {
  const inputs = ruleType.read(node);
  const { name, arn } = identityOf(node);
  const busName = busNameOf(inputs.eventBusName);
  if (inputs.scheduleExpression !== undefined && busName !== "default") {
    throw new Error(`${node.urn} has a scheduleExpression on bus ${busName}: only the default bus runs schedules`);
  }
  return {
    name,
    arn,
    busName,
    enabled: inputs.state !== "DISABLED" && inputs.isEnabled !== false,
    description: inputs.description,
    patternText: inputs.eventPattern,
    pattern: patternOf(node, inputs.eventPattern),
    scheduleExpression: inputs.scheduleExpression,
    targets: targets.filter((target) => target.rule === name && target.busName === busName),
  };
};

const patternOf = (node: ResourceNode, json: string | undefined): EventPattern | undefined => {
  try {
    return json === undefined ? undefined : parseEventPattern(json);
  } catch (error) {
    throw unhostable(node, error);
  }
};

const targetOf = (node: ResourceNode): RuleTarget & { urn: string; rule: string; busName: string } => {
  const inputs = targetType.read(node);
  if (!isSupportedTarget(inputs.arn)) {
    throw new Error(`${node.urn} has the target ${inputs.arn}; hosted are targets of ${targetServices.join(", ")}`);
  }
  return {
    urn: node.urn,
    rule: inputs.rule,
    busName: busNameOf(inputs.eventBusName),
    id: inputs.targetId ?? node.name,
    arn: inputs.arn,
    roleArn: inputs.roleArn,
    input: inputs.input,
    inputPath: inputs.inputPath,
    inputTransformer: inputs.inputTransformer,
    deadLetterArn: inputs.deadLetterConfig?.arn,
    messageGroupId: inputs.sqsTarget?.messageGroupId,
    ...inputs.retryPolicy,
  };
};

const archiveOf = (node: ResourceNode): Archive => {
  const inputs = archiveType.read(node);
  return {
    ...identityOf(node),
    busArn: inputs.eventSourceArn,
    pattern: patternOf(node, inputs.eventPattern),
    retentionDays: inputs.retentionDays ?? 0,
  };
};
