import type { ResourceNode } from "../../kernel/program/resource-graph";
import { invokeConfigType } from "./resource-types";

/** What is done with a function's asynchronous events, with AWS's defaults filled in. */
export interface AsyncSettings {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly onSuccess?: string;
  readonly onFailure?: string;
}

export const defaultAsyncSettings: AsyncSettings = { maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000 };

export const readAsyncSettings = (
  node: ResourceNode,
): { readonly functionName: string; readonly settings: AsyncSettings } => {
  const declared = invokeConfigType.read(node);
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
