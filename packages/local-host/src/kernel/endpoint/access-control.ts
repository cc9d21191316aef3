import type { Principal } from "./principal";

export interface AccessCheck {
  readonly principal: Principal;
  /** IAM action, for example `dynamodb:PutItem`. */
  readonly action: string;
  readonly resourceArn: string;
  /** Condition keys of the call, for example `dynamodb:Attributes` or `aws:SourceArn`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** Decides whether a call may be made; throws AwsError `AccessDenied...` with AWS's words when not. */
export interface AccessControl {
  check(check: AccessCheck): void;
  /** Replaces a resource's policy, as SetQueueAttributes does; undefined or "" leaves none. */
  setResourcePolicy(resourceArn: string, document: string | undefined): void;
  /** Calls back when permissions have changed, so that whoever waits can ask again. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
  /** What a call needs besides a permission. */
  readonly keys: Keys;
}

/** The KMS keys of the program, by their ARNs. */
export interface Keys {
  readonly all: readonly string[];
  /** The ARN of a key by its ARN, its id or an alias; undefined for a key of AWS's. */
  find(name: unknown): string | undefined;
  isEnabled(arn: string): boolean;
  setEnabled(arn: string, enabled: boolean): void;
}

const noKeys: Keys = { all: [], find: () => undefined, isEnabled: () => true, setEnabled: () => undefined };

export const allowEverything: AccessControl = {
  check: () => undefined,
  setResourcePolicy: () => undefined,
  onChange: () => () => undefined,
  keys: noKeys,
};
