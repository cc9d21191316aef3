import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { cloudFormationParts } from "./cloudformation-parts";
import { cloudFormationTypes } from "./cloudformation-types";
import type { Properties } from "./properties";

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Properties;
}

export interface CloudFormationTemplate {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

/** What has no counterpart of its own: the provider, and a remote component that only the engine expands. */
const notInTemplates: readonly string[] = ["pulumi:providers:aws", "awsx:ec2:Vpc"];

/** Maps whose keys are data and not names of properties. */
const keyedByData: readonly string[] = ["variables", "tags", "routeSettings"];

/** Documents that CloudFormation takes as they are. */
const documents: readonly string[] = [
  ...["assumeRolePolicyDocument", "policyDocument", "keyPolicy", "redrivePolicy", "redriveAllowPolicy"],
  ...["filterPolicy", "eventPattern"],
];

const pascalCase = (key: string): string => `${key.charAt(0).toUpperCase()}${key.slice(1)}`;

function renamed(value: unknown, keys: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((entry) => renamed(entry, keys));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => {
        if (documents.includes(key)) return [pascalCase(key), inner];
        const deep = keyedByData.includes(key)
          ? Object.fromEntries(Object.entries(inner).map(([name, datum]) => [name, renamed(datum, keys)]))
          : renamed(inner, keys);
        return [keys[key] ?? pascalCase(key), deep];
      }),
  );
}

/** CloudFormation's logical ids are letters and digits. */
const logicalId = ({ name, type }: ResourceNode): string =>
  `${name}-${type.split(":").at(-1)}`.replace(/[^A-Za-z0-9]+(.)?/g, (_, next = "") => next.toUpperCase());

/** The AWS resources of a graph as one CloudFormation template. Throws when a resource type has no counterpart in the tables. */
export function cloudFormationTemplate(graph: ResourceGraph): CloudFormationTemplate {
  const resources: Record<string, { Type: string; Properties: Record<string, unknown> }> = {};
  const declared = graph.resources.filter(({ custom, type }) => custom && !notInTemplates.includes(type));
  for (const node of declared.filter(({ type }) => cloudFormationParts[type] === undefined)) {
    const known = cloudFormationTypes[node.type];
    if (known === undefined) {
      throw new Error(`${node.type} (${node.name}) has no counterpart: add it to cloudformation-types.ts.`);
    }
    const { type, named, keys = {}, shape = (inputs) => inputs } = known;
    resources[logicalId(node)] = {
      Type: type,
      // What renamed() gives for an object is an object.
      Properties: {
        ...(named === undefined ? {} : { [named]: node.outputs["name"] ?? node.name }),
        ...(renamed(shape(node.inputs), keys) as Properties),
      },
    };
  }
  for (const node of declared) {
    const part = cloudFormationParts[node.type];
    if (part === undefined) continue;
    const [input, output] = part.by;
    const whole = declared.find(({ type, outputs }) => type === part.of && outputs[output] === node.inputs[input]);
    const resource = whole === undefined ? undefined : resources[logicalId(whole)];
    if (resource === undefined) {
      throw new Error(`${node.type} (${node.name}) is part of no ${part.of} with ${output} ${node.inputs[input]}.`);
    }
    Object.assign(resource.Properties, renamed(part.shape(node.inputs), {}));
  }
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: resources };
}
