/** What a program declared, as the Pulumi engine would see it. Written by evaluate-program.ts, read by every host. */
export interface ResourceGraph {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  readonly resources: readonly ResourceNode[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of the outputs that are secret. */
  readonly secretOutputs: readonly string[];
}

export interface ResourceNode<Inputs = Readonly<Record<string, unknown>>, Outputs = Readonly<Record<string, unknown>>> {
  readonly urn: string;
  /** The type token, for example `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** The logical name given in the program. */
  readonly name: string;
  /** False for component resources, which are never hosted themselves. */
  readonly custom: boolean;
  readonly parent?: string;
  /** The provider's id for a custom resource: a physical name, an ARN or a URL, as the resource type has it. */
  readonly id: string;
  /** Inputs with secrets and outputs of other resources resolved. An archive is `{ archive: "<folder it was unpacked to>" }`. */
  readonly inputs: Inputs;
  /** Inputs plus what AWS would have added: `arn`, `url`, `name`, ... */
  readonly outputs: Outputs;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

export const resourcesOf = (graph: ResourceGraph, type: string): readonly ResourceNode[] =>
  graph.resources.filter((resource) => resource.type === type);

/** Whether a provider makes the resource. Those of `awsx` are components that a provider of its own makes as a whole. */
export const isProvisioned = ({ type, custom }: Pick<ResourceNode, "type" | "custom">): boolean =>
  custom || type.startsWith("awsx:");
