import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings";
import { Alarms } from "./building-blocks/alarms";
import { EncryptionKey } from "./building-blocks/encryption-key";
import { LogQueries } from "./building-blocks/log-queries";
import { PrivateNetwork } from "./building-blocks/private-network";
import { orderLogQueries } from "./order-log-queries";

/** What the legs of one stack share. A building block is given `...platform` and takes from it what it uses. */
export interface Platform {
  readonly accountId: pulumi.Input<string>;
  readonly region: string;
  /** ARN of the policy that limits every role; undefined leaves a role with what it is granted. */
  readonly permissionsBoundary: pulumi.Output<string> | undefined;
  readonly alarms: Alarms;
  /** Saved queries over the logs of all functions. */
  readonly logQueries: LogQueries;
  /** Namespace of the pipeline's own metrics, and the dimension that separates this stack's from those of other stacks. */
  readonly metrics: { readonly namespace: string; readonly stack: string };
  /** Encrypts everything at rest; undefined leaves it to the keys that AWS owns. */
  readonly key: EncryptionKey | undefined;
  /** The stack's own key, which is always there: for what other accounts and services must be able to use. */
  readonly stackKey: EncryptionKey;
  /** Days that log lines are kept: one of CloudWatch's values, see settings/settings-schema.ts. */
  readonly logRetentionDays: number;
  /** Private subnets for the functions; undefined runs them outside any VPC. */
  readonly network: PrivateNetwork | undefined;
  /**
   * Invocations at the same time that are kept for a function on the path of an order, and that it may not exceed; undefined
   * keeps none. Not for all: what is reserved is taken from every other function of the account (docs/decisions/0031).
   */
  readonly concurrency: number | undefined;
  /** Refuses deletion of what holds data, by Pulumi and by AWS. */
  readonly protect: boolean;
}

/**
 * AWS APIs that the functions call. With a VPC each has an endpoint in it, so that only calls of payment, shipping and Slack
 * go through the NAT gateway.
 */
const calledApis = ["events", "monitoring", "sns", "sqs", "ssm", "sync-states"];

/** Makes what the legs share, as children of `options.parent`. */
export const makePlatform = (name: string, settings: Settings, options: pulumi.ComponentResourceOptions): Platform => {
  const { region, protect, logRetentionDays, reservedConcurrency, publisherAccounts } = settings;
  const { accountId } = getCallerIdentityOutput({}, options);
  const consumerAccounts = settings.partners.flatMap(({ accountId: partner }) => partner ?? []);
  const key = new EncryptionKey(
    `${name}-key`,
    { accountId, region, protect, consumerAccounts, publisherAccounts },
    options,
  );
  return {
    accountId,
    region,
    permissionsBoundary:
      settings.permissionsBoundary === undefined
        ? undefined
        : pulumi.interpolate`arn:aws:iam::${accountId}:policy/${settings.permissionsBoundary}`,
    protect,
    logRetentionDays,
    concurrency: reservedConcurrency,
    logQueries: new LogQueries(`${name}-logs`, { queries: orderLogQueries }, options),
    metrics: { namespace: settings.metricsNamespace, stack: `${pulumi.getProject()}-${pulumi.getStack()}` },
    alarms: new Alarms(
      `${name}-alarms`,
      { key, accountId, email: settings.alertEmail, runbooks: settings.runbooks },
      options,
    ),
    stackKey: key,
    key: settings.customerManagedKey ? key : undefined,
    network: settings.vpc
      ? new PrivateNetwork(`${name}-network`, { region, endpoints: calledApis }, options)
      : undefined,
  };
};
