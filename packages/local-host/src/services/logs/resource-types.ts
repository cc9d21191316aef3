import * as z from "zod";
import { named } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

export const logGroupType = resourceType(
  "aws:cloudwatch/logGroup:LogGroup",
  named("logs", (name) => `log-group:${name}`),
  {
    shape: { name: z.string().optional(), retentionInDays: z.number().optional() },
    withoutEffect: ["deletionProtectionEnabled", "kmsKeyId", "logGroupClass", "namePrefix", "skipDestroy"],
  },
);

export const logsDeclaration: ServiceDeclaration = {
  name: "logs",
  types: [logGroupType],
};
