import type * as pulumi from "@pulumi/pulumi";

/** A permission as a value: exact actions on exact resources. A function's role holds the grants it is given, and no more. */
export interface Grant {
  /** IAM actions, none with a wildcard: `dynamodb:PutItem`. */
  readonly actions: readonly [string, ...string[]];
  /** ARNs. `*` only for actions without resource-level permissions, such as `xray:PutTraceSegments`. */
  readonly resources: readonly [pulumi.Input<string>, ...pulumi.Input<string>[]];
  /** Conditions by operator and condition key; they limit an action without resource-level permissions. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
