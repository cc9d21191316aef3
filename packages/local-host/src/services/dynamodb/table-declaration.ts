import * as z from "zod";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { type DeclaredIndex, tableType } from "./resource-types";

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface IndexDeclaration {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

/** A table as the program declares it, in the words of the DynamoDB API. */
export interface TableDeclaration {
  readonly urn: string;
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string | undefined;
  readonly streamViewType: string | undefined;
  readonly keySchema: readonly KeyElement[];
  readonly attributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly globalIndexes: readonly IndexDeclaration[];
  readonly localIndexes: readonly IndexDeclaration[];
  readonly deletionProtection: boolean;
  /** The attribute with the time, in epoch seconds, from which an item may be removed. */
  readonly timeToLiveAttribute: string | undefined;
}

const keys = (hash: string, range: string | undefined): readonly KeyElement[] => [
  { AttributeName: hash, KeyType: "HASH" },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: "RANGE" }]),
];

const projection = (of: { projectionType: string; nonKeyAttributes?: string[] | undefined }) => ({
  ProjectionType: of.projectionType,
  ...(of.nonKeyAttributes === undefined ? {} : { NonKeyAttributes: of.nonKeyAttributes }),
});

const globalIndex = (declared: DeclaredIndex, urn: string): IndexDeclaration => {
  const schema = declared.keySchemas?.map((key) => ({ AttributeName: key.attributeName, KeyType: key.keyType }));
  if (schema === undefined && declared.hashKey === undefined) {
    throw new Error(`${urn}: the index ${declared.name} has neither hashKey nor keySchemas`);
  }
  return {
    IndexName: declared.name,
    KeySchema: schema ?? keys(declared.hashKey ?? "", declared.rangeKey),
    Projection: projection(declared),
  };
};

export const tableDeclaration = (node: ResourceNode): TableDeclaration => {
  const inputs = tableType.read(node);
  const outputs = z
    .object({ name: z.string(), arn: z.string(), streamArn: z.string().optional() })
    .parse({ name: node.id, ...node.outputs });
  const streams = inputs.streamEnabled === true;
  return {
    urn: node.urn,
    name: outputs.name,
    arn: outputs.arn,
    streamArn: streams ? (outputs.streamArn ?? `${outputs.arn}/stream/2026-01-01T00:00:00.000`) : undefined,
    streamViewType: streams ? inputs.streamViewType || "NEW_AND_OLD_IMAGES" : undefined,
    keySchema: keys(inputs.hashKey, inputs.rangeKey),
    attributeDefinitions: inputs.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    globalIndexes: (inputs.globalSecondaryIndexes ?? []).map((declared) => globalIndex(declared, node.urn)),
    localIndexes: (inputs.localSecondaryIndexes ?? []).map((declared) => ({
      IndexName: declared.name,
      KeySchema: keys(inputs.hashKey, declared.rangeKey),
      Projection: projection(declared),
    })),
    deletionProtection: inputs.deletionProtectionEnabled ?? false,
    timeToLiveAttribute: inputs.ttl?.enabled === false ? undefined : inputs.ttl?.attributeName,
  };
};
