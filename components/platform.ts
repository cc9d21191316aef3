import type * as pulumi from "@pulumi/pulumi";
import type { Alarms } from "./building-blocks/alarms";
import type { EncryptionKey } from "./building-blocks/encryption-key";
import type { LogQueries } from "./building-blocks/log-queries";
import type { PrivateNetwork } from "./building-blocks/private-network";

/** What the legs of one stack share. A building block is given `...platform` and takes from it what it uses. */
export interface Platform {
  readonly accountId: pulumi.Input<string>;
  readonly region: string;
  /** ARN of the policy that limits every role; undefined leaves a role with what it is granted. */
  readonly permissionsBoundary: pulumi.Output<string> | undefined;
  readonly alarms: Alarms;
  /** Saved queries over the logs of all functions. */
  readonly logQueries: LogQueries;
  /** Namespace of the pipeline's own metrics, and what tells this stack's from those of others in the account. */
  readonly metrics: { readonly namespace: string; readonly stack: string };
  /** Encrypts everything at rest; undefined leaves it to the keys that AWS owns. */
  readonly key: EncryptionKey | undefined;
  /** The stack's own key, which is always there: for what other accounts and services must be able to use. */
  readonly stackKey: EncryptionKey;
  /** Days that log lines are kept: one of CloudWatch's values, see settings.ts. */
  readonly logRetentionDays: number;
  /** Private subnets for the functions; undefined runs them outside any VPC. */
  readonly network: PrivateNetwork | undefined;
  /**
   * Invocations at the same time that are kept for a function on the way of an order, and that it may not exceed; undefined
   * keeps none. Not for all: what is reserved is taken from every other function of the account (docs/decisions/0031).
   */
  readonly concurrency: number | undefined;
  /** Refuses deletion of what holds data, by Pulumi and by AWS. */
  readonly protect: boolean;
}
