import * as z from "zod";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { ResourceNode } from "../../kernel/program/resource-graph";

/** What is done with a function's asynchronous events, with AWS's defaults filled in. */
export interface AsyncSettings {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly onSuccess?: string;
  readonly onFailure?: string;
}

const destination = z.object({ destination: z.string() }).optional();

const inputs = {
  functionName: z.string(),
  maximumEventAgeInSeconds: z.number().int().min(60).max(21600).default(21600),
  maximumRetryAttempts: z.number().int().min(0).max(2).default(2),
  destinationConfig: z.object({ onSuccess: destination, onFailure: destination }).optional(),
};

export const defaultAsyncSettings: AsyncSettings = { maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000 };

export const readAsyncSettings = (
  node: ResourceNode,
): { readonly functionName: string; readonly settings: AsyncSettings } => {
  const declared = readInputs(node, inputs, ["qualifier"]);
  const { onSuccess, onFailure } = declared.destinationConfig ?? {};
  return {
    functionName: declared.functionName,
    settings: {
      maximumRetryAttempts: declared.maximumRetryAttempts,
      maximumEventAgeMs: declared.maximumEventAgeInSeconds * 1000,
      ...(onSuccess && { onSuccess: onSuccess.destination }),
      ...(onFailure && { onFailure: onFailure.destination }),
    },
  };
};
