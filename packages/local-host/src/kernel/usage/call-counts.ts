import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessCheck, AccessControl } from "../endpoint/access-control";
import { observedAccess } from "../endpoint/observed-access";
import type { Principal } from "../endpoint/principal";

/** How often a caller asked for an action on a resource. */
export interface CallCount {
  /** A role's ARN, a service principal, or `developer`. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly count: number;
}

const path = "/_local/calls";

const callerOf = (principal: Principal): string =>
  principal.kind === "role" ? principal.roleArn : principal.kind === "service" ? principal.service : principal.kind;

/**
 * Counts the calls of the AWS endpoint and between the hosted services: each asks for permission once, so what is counted is
 * what AWS would be asked for, as long as the host runs. `GET /_local/calls` lists them, `DELETE` resets them.
 */
export class CallCounts {
  private readonly counts = new Map<string, { readonly call: Omit<CallCount, "count">; count: number }>();

  /** The same access control, with the calls counted that it allows. */
  counting(access: AccessControl): AccessControl {
    return observedAccess(access, (check) => this.note(check));
  }

  list(): readonly CallCount[] {
    return [...this.counts.values()].map(({ call, count }) => ({ ...call, count }));
  }

  /** Says whether the request is for the counts, and answers it then. */
  readonly serve = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url?.replace(/\?.*$/, "") !== path) return false;
    const [status, body] = this.answer(request.method);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
    return true;
  };

  private answer(method: string | undefined): readonly [status: number, body: unknown] {
    if (method === "GET") return [200, { calls: this.list() }];
    if (method !== "DELETE") return [405, { message: `Use GET or DELETE on ${path}.` }];
    this.counts.clear();
    return [200, {}];
  }

  private note({ principal, action, resourceArn }: AccessCheck): void {
    const call = { caller: callerOf(principal), action, resource: resourceArn };
    const key = `${call.caller} ${action} ${resourceArn}`;
    const known = this.counts.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.counts.size < limit) this.counts.set(key, { call, count: 1 });
  }
}

/** Kinds of call that are kept; a stream of new object keys must not fill the memory. */
const limit = 20_000;
