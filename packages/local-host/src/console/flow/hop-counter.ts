import type { AccessCheck, AccessControl } from "../../kernel/endpoint/access-control";
import { observedAccess } from "../../kernel/endpoint/observed-access";
import type { Principal } from "../../kernel/endpoint/principal";
import { effectOf } from "./action-effect";
import { ownerArn } from "./owner-arn";

/** Milliseconds of one bucket, and how many make the minute that a rate is of. */
const bucketMs = 5_000;
const buckets = 12;

/** Calls of one caller to one resource, by the 5 seconds in which they were made. */
class Hits {
  private readonly counts = new Uint32Array(buckets);
  private last = 0;

  add(bucket: number): void {
    this.forget(bucket);
    const at = bucket % buckets;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  sum(bucket: number): number {
    this.forget(bucket);
    return this.counts.reduce((total, count) => total + count, 0);
  }

  /** Empties what is older than a minute. */
  private forget(bucket: number): void {
    if (bucket - this.last >= buckets) this.counts.fill(0);
    else for (let stale = this.last + 1; stale <= bucket; stale += 1) this.counts[stale % buckets] = 0;
    this.last = Math.max(this.last, bucket);
  }
}

/**
 * Counts the calls that pass the access control, by who makes them and what they are made to. Every call between parts of
 * the host passes it, whichever service it is of.
 */
export class HopCounter {
  private readonly hits = new Map<string, Hits>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** The same access control, with its calls counted. */
  counting(access: AccessControl): AccessControl {
    return observedAccess(access, (check) => this.note(check));
  }

  /** Calls in the last minute. `caller` is a function's name, or the ARN of what else calls. */
  lastMinute(caller: string, arn: string, effect: "read" | "write"): number {
    return this.hits.get(keyOf(caller, arn, effect))?.sum(this.bucket()) ?? 0;
  }

  private note({ principal, action, resourceArn }: AccessCheck): void {
    const caller = callerOf(principal);
    const effect = effectOf(action);
    if (caller === undefined || effect === undefined) return;
    const key = keyOf(caller, ownerArn(resourceArn), effect);
    const hits = this.hits.get(key) ?? new Hits();
    this.hits.set(key, hits);
    hits.add(this.bucket());
  }

  private bucket(): number {
    return Math.floor(this.now() / bucketMs);
  }
}

const keyOf = (caller: string, arn: string, effect: "read" | "write"): string => `${caller}\n${arn}\n${effect}`;

const callerOf = (principal: Principal): string | undefined => {
  switch (principal.kind) {
    case "role":
      return principal.actor;
    case "service":
      return withoutStage(principal.sourceArn);
    case "developer":
      return undefined;
  }
};

/** `<execution ARN>/<stage>/<METHOD>/<path>` becomes `<execution ARN> <METHOD> /<path>`, the route's key. */
const withoutStage = (sourceArn: string): string => {
  if (!sourceArn.includes(":execute-api:")) return sourceArn;
  const [api, , method, ...path] = sourceArn.split("/");
  return method === "$default" ? `${api} $default` : `${api} ${method} /${path.join("/")}`;
};
