import * as z from "zod";
import { arnOf, type Provision, physicalName } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const anything = z.unknown().optional();
const index = z.strictObject({
  name: z.string(),
  hashKey: z.string().optional(),
  rangeKey: z.string().optional(),
  keySchemas: z.array(z.strictObject({ attributeName: z.string(), keyType: z.string() })).optional(),
  projectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
  nonKeyAttributes: z.array(z.string()).optional(),
  readCapacity: anything,
  writeCapacity: anything,
  onDemandThroughput: anything,
  warmThroughput: anything,
});

export type DeclaredIndex = z.output<typeof index>;

const provisionTable: Provision = (resource, at) => {
  const name = physicalName(resource);
  const arn = arnOf("dynamodb", `table/${name}`, at);
  const streamArn =
    resource.inputs["streamEnabled"] === true ? { streamArn: `${arn}/stream/2024-01-01T00:00:00.000` } : {};
  return { id: name, outputs: { name, arn, ...streamArn } };
};

export const tableType = resourceType("aws:dynamodb/table:Table", provisionTable, {
  shape: {
    hashKey: z.string(),
    rangeKey: z.string().optional(),
    attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(["S", "N", "B"]) })),
    globalSecondaryIndexes: z.array(index).optional(),
    localSecondaryIndexes: z
      .array(
        z.strictObject({
          name: z.string(),
          rangeKey: z.string(),
          projectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
          nonKeyAttributes: z.array(z.string()).optional(),
        }),
      )
      .optional(),
    streamEnabled: z.boolean().optional(),
    streamViewType: z.enum(["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"]).or(z.literal("")).optional(),
    deletionProtectionEnabled: z.boolean().optional(),
    ttl: z.strictObject({ attributeName: z.string().optional(), enabled: z.boolean().optional() }).optional(),
  },
  /** Capacity is not limited here; encryption and backups have no effect on a laptop. */
  withoutEffect: [
    "name",
    "billingMode",
    "readCapacity",
    "writeCapacity",
    "onDemandThroughput",
    "warmThroughput",
    "pointInTimeRecovery",
    "serverSideEncryption",
    "tableClass",
  ],
});

export const dynamodbDeclaration: ServiceDeclaration = {
  name: "dynamodb",
  names: [
    {
      type: tableType.token,
      atLeast: 3,
      atMost: 255,
      pattern: /^[\w.-]+$/,
      of: "letters, digits, dots, hyphens and underscores",
      page: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    },
  ],
  types: [tableType],
  access: {
    parts: /^(arn:aws:dynamodb:[^/]*:table\/[^/]+)\//,
    conditionKeys: ["dynamodb:Attributes", "dynamodb:LeadingKeys", "dynamodb:ReturnValues", "dynamodb:Select"],
    encryption: {
      types: [{ type: tableType, key: "serverSideEncryption.kmsKeyArn" }],
      keyActions: { "dynamodb:*": ["kms:Decrypt"] },
    },
  },
};
