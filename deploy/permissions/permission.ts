/**
 * What an identity may do, as a statement of an IAM policy. Resources and values of conditions hold CloudFormation's
 * `${AWS::Region}`, `${AWS::AccountId}` and `${Stack}`, which the template fills in.
 */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What Pulumi's AWS provider calls for a resource. */
export interface TypePermissions {
  /** For a preview, a refresh, and to wait for what was begun. */
  readonly read: readonly Permission[];
  /** To create, change, tag and delete it. */
  readonly write: readonly Permission[];
}

/** Every name that the program gives begins so: `OrderPipeline("orders")`, whose children are named after it. */
export const named = "orders-*";

/** `arn("sqs", named)`: what is in the account and region of the stack. */
export const arn = (service: string, rest: string, region = "${AWS::Region}"): string =>
  `arn:aws:${service}:${region}:\${AWS::AccountId}:${rest}`;

/** `allow("sqs", "CreateQueue DeleteQueue", [queue])`. */
export const allow = (
  service: string,
  actions: string,
  resources: readonly string[],
  condition?: Condition,
): Permission => ({
  actions: actions.split(" ").map((action) => `${service}:${action}`),
  resources,
  ...(condition === undefined ? {} : { condition }),
});

/** For actions that know no resources, or that list. */
export const everything = ["*"];

/** What has no name of its own, only an id that AWS makes up, is told by the tags that the program gives everything. */
export const taggedAsOurs: Condition = {
  StringEquals: { "aws:ResourceTag/project": "order-pipeline", "aws:ResourceTag/stack": "${Stack}" },
};

/** The same for what is about to be made. */
export const toBeTaggedAsOurs: Condition = {
  StringEquals: { "aws:RequestTag/project": "order-pipeline", "aws:RequestTag/stack": "${Stack}" },
};

/**
 * To tag what is being made, which some services ask for beside the permission to make it: it has no tags yet. Nothing that has
 * somebody's can be made ours by it.
 */
export const taggedAsOursWhenMade: Condition = {
  ...toBeTaggedAsOurs,
  Null: { "aws:ResourceTag/project": "true", "aws:ResourceTag/stack": "true" },
};
