import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./grant";

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: pulumi.Input<string> | Readonly<Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>>
  >;
}

/** An IAM policy document as JSON. */
export const policyDocument = (statements: pulumi.Input<readonly PolicyStatement[]>): pulumi.Output<string> =>
  pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });

export const statementOf = (grant: Grant): PolicyStatement => ({
  Effect: "Allow",
  Action: grant.actions,
  Resource: grant.resources,
  ...(grant.condition === undefined ? {} : { Condition: grant.condition }),
});

/** Lets one AWS service assume a role, and only on behalf of this account where one is given (no confused deputy). */
export const assumableBy = (service: string, accountId: pulumi.Input<string> | undefined): pulumi.Output<string> =>
  policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      ...(accountId === undefined ? {} : { Condition: { StringEquals: { "aws:SourceAccount": accountId } } }),
    },
  ]);

/** Refuses every call to a resource that does not come over TLS. */
export const denyInsecureTransport = (
  action: "sqs:*" | "sns:Publish" | "s3:*",
  resources: readonly pulumi.Input<string>[],
): PolicyStatement => ({
  Sid: "DenyInsecureTransport",
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resources,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** Principal and condition of a statement for another account's roles, not for its users with their long-term keys. */
export const rolesOf = (accountId: string) => ({
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/*` } },
});

/** A service that acts on this account's behalf for one source: a rule that sends to a queue, a topic that delivers. */
export interface ServiceSender {
  /** The service principal: `events.amazonaws.com`. */
  readonly service: string;
  readonly sourceArn: pulumi.Input<string>;
  /** The account that the source must be in; for a source whose ARN does not say it, such as a bucket's. */
  readonly sourceAccount?: pulumi.Input<string>;
}

/** Lets services do one thing to one resource, each only for its own source. */
export const allowServices = (
  senders: readonly ServiceSender[],
  action: "sqs:SendMessage" | "sns:Publish",
  resource: pulumi.Input<string>,
): readonly PolicyStatement[] =>
  senders.map(({ service, sourceArn, sourceAccount }) => ({
    Effect: "Allow",
    Principal: { Service: service },
    Action: action,
    Resource: resource,
    Condition: {
      ArnEquals: { "aws:SourceArn": sourceArn },
      ...(sourceAccount === undefined ? {} : { StringEquals: { "aws:SourceAccount": sourceAccount } }),
    },
  }));
