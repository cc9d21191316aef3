import * as z from "zod";
import { named, uuid } from "../../kernel/program/provision";
import { passiveType, resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

export const logGroupType = resourceType(
  "aws:cloudwatch/logGroup:LogGroup",
  named("logs", (name) => `log-group:${name}`),
  {
    shape: { name: z.string().optional(), retentionInDays: z.number().optional() },
    withoutEffect: ["deletionProtectionEnabled", "kmsKeyId", "logGroupClass", "namePrefix", "skipDestroy"],
  },
);

/** A saved query of Logs Insights, which does not run here. */
const queryDefinitionType = passiveType("aws:cloudwatch/queryDefinition:QueryDefinition", (resource) => {
  const queryDefinitionId = uuid(resource);
  return { id: queryDefinitionId, outputs: { queryDefinitionId } };
});

export const logsDeclaration: ServiceDeclaration = {
  name: "logs",
  names: [
    {
      type: logGroupType.token,
      atMost: 512,
      pattern: /^[.\w/#-]+$/,
      of: "letters, digits and . _ / # -",
      page: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
    },
  ],
  types: [logGroupType, queryDefinitionType],
  access: {
    unevaluated: {
      "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "write what it grants as aws:iam/rolePolicy",
    },
    conditionKeys: ["kms:EncryptionContext:aws:logs:arn"],
    keyUsers: [
      {
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        type: logGroupType,
        key: "kmsKeyId",
        service: ({ region }) => `logs.${region}.amazonaws.com`,
        describe: [],
        use: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"],
        context: ({ outputs }) => ["kms:EncryptionContext:aws:logs:arn", outputs["arn"]],
        refusal: "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used.",
      },
    ],
  },
};
