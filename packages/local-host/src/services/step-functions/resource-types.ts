import * as z from "zod";
import { identifiedByArn } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

export const stateMachineType = resourceType(
  "aws:sfn/stateMachine:StateMachine",
  identifiedByArn("states", (name) => `stateMachine:${name}`),
  {
    shape: {
      definition: z.string(),
      roleArn: z.string(),
      type: z.enum(["STANDARD", "EXPRESS"]).default("STANDARD"),
      loggingConfiguration: z
        .strictObject({
          level: z.enum(["ALL", "ERROR", "FATAL", "OFF"]).default("OFF"),
          includeExecutionData: z.boolean().default(false),
          logDestination: z.string().optional(),
        })
        .optional(),
      tracingConfiguration: z.strictObject({ enabled: z.boolean().default(false) }).optional(),
    },
    withoutEffect: ["name", "namePrefix", "publish", "encryptionConfiguration"],
  },
);

export const stepFunctionsDeclaration: ServiceDeclaration = {
  name: "step-functions",
  names: [
    {
      type: stateMachineType.token,
      atMost: 80,
      pattern: /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]+$/u,
      of: 'characters without spaces, brackets, wildcards and " # % \\ ^ | ~ ` $ & , ; : /',
      page: "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html",
    },
  ],
  types: [stateMachineType],
  access: {
    roleUsers: [
      {
        type: stateMachineType,
        role: "roleArn",
        service: "states.amazonaws.com",
        refusal:
          "AccessDeniedException: Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
      },
    ],
  },
};
