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
  /** Puts another policy in the place of a resource's, as SetQueueAttributes does; undefined or "" leaves none. */
  setResourcePolicy?(resourceArn: string, document: string | undefined): void;
  /** Calls back when permissions have changed, so that who waits for something can ask again; returns the way to stop that. */
  onChange?(listener: () => void): () => void;
  /** What a call needs besides a permission. Default: no keys. */
  readonly keys?: Keys;
}

/** The KMS keys of the program, by their ARNs. */
export interface Keys {
  readonly all: readonly string[];
  /** The ARN of a key by its ARN, its id or an alias; undefined for a key of AWS's. */
  find(name: unknown): string | undefined;
  isEnabled(arn: string): boolean;
  setEnabled(arn: string, enabled: boolean): void;
}

export const allowEverything: AccessControl = { check: () => undefined };
