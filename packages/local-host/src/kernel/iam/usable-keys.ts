import { type ResourceGraph, type ResourceNode, resourcesOf } from "../program/resource-graph";
import type { DeclaredPolicies } from "./declared-policies";
import { keysOf } from "./program-keys";

interface ServiceUse {
  readonly type: string;
  readonly keyProperty: string;
  readonly service: (graph: ResourceGraph) => string;
  /** Asked for without an encryption context. */
  readonly describe: readonly string[];
  /** Asked for with it. */
  readonly use: readonly string[];
  readonly context: (node: ResourceNode) => readonly [key: string, value: unknown];
  /** How AWS refuses a key that the service may not use. */
  readonly refusal: string;
}

const ofBus = "kms:EncryptionContext:aws:events:event-bus:arn";

/** Services that use a key in their own name for what they keep. */
const uses: readonly ServiceUse[] = [
  {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    type: "aws:cloudwatch/logGroup:LogGroup",
    keyProperty: "kmsKeyId",
    service: ({ region }) => `logs.${region}.amazonaws.com`,
    describe: [],
    use: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"],
    context: ({ outputs }) => ["kms:EncryptionContext:aws:logs:arn", outputs["arn"]],
    refusal: "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used.",
  },
  {
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
    type: "aws:cloudwatch/eventBus:EventBus",
    keyProperty: "kmsKeyIdentifier",
    service: () => "events.amazonaws.com",
    describe: ["kms:DescribeKey"],
    use: ["kms:GenerateDataKey", "kms:Decrypt"],
    context: ({ outputs }) => [ofBus, outputs["arn"]],
    refusal: "ValidationException: EventBridge may not use the event bus's KMS key.",
  },
  {
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html
    type: "aws:cloudwatch/eventArchive:EventArchive",
    keyProperty: "kmsKeyIdentifier",
    service: () => "events.amazonaws.com",
    describe: ["kms:DescribeKey"],
    use: ["kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncryptTo"],
    context: ({ inputs }) => [ofBus, inputs["eventSourceArn"]],
    refusal: "ValidationException: EventBridge may not use the archive's KMS key.",
  },
];

/** Throws, as AWS refuses to make it, when a resource has a key that its service may not use. */
export const assertKeysUsable = (graph: ResourceGraph, { ofKey }: DeclaredPolicies): void => {
  const keyNamed = keysOf(graph);
  const account = { "aws:SourceAccount": [graph.accountId] };
  for (const { type, keyProperty, service, describe, use, context, refusal } of uses) {
    for (const node of resourcesOf(graph, type)) {
      const key = keyNamed(node.inputs[keyProperty]);
      if (key === undefined) continue;
      const principal = { kind: "service", service: service(graph), sourceArn: "" } as const;
      const [contextKey, value] = context(node);
      const allows = (action: string, values: Readonly<Record<string, readonly string[]>>): boolean =>
        (ofKey.get(key) ?? []).some(
          (rule) =>
            rule.effect === "Allow" &&
            rule.concerns(principal, graph.accountId) &&
            rule.applies(action, key, (name) => values[name]),
        );
      const missing = [
        ...describe.filter((action) => !allows(action, account)),
        ...use.filter((action) => !allows(action, { ...account, [contextKey]: [String(value)] })),
      ];
      if (missing.length > 0) {
        throw new Error(
          `${node.urn}: ${refusal} Its key is ${key}; let ${principal.service} do ${missing.join(", ")} for ${contextKey} ${String(value)}.`,
        );
      }
    }
  }
};
