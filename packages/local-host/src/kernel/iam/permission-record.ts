import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostEvents } from "../host-events";
import { userNamed } from "./access-denied";
import type { AccessDecision } from "./iam-access-control";
import type { PolicyRule } from "./policy-rule";

export interface DeniedCall {
  /** The role's ARN, or the service principal. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
}

/** Which permissions were used since the host was started, and which calls were refused; kept as JSON lines. */
export class PermissionRecord {
  /** The file, which starts empty with the host. */
  readonly file: string;
  private readonly used = new Set<PolicyRule>();
  private readonly denied: DeniedCall[] = [];
  private readonly events: HostEvents;

  constructor(dataDir: string, events: HostEvents) {
    const folder = join(dataDir, "iam");
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, "permissions.jsonl");
    this.events = events;
    writeFileSync(this.file, "");
  }

  readonly note = (decision: AccessDecision): void => {
    const { principal, action, resourceArn, allowedBy, refusal } = decision;
    if (refusal !== undefined) {
      const caller = callerOf(decision);
      this.denied.push({ caller, action, resource: resourceArn, message: refusal.message });
      this.events.publish({
        level: "warn",
        resource: principal.kind === "role" ? (principal.actor.split(":").at(-1) ?? "") : caller,
        what: "denied",
        detail: { action, resource: resourceArn, message: refusal.message },
      });
      this.append({ denied: action, caller, resource: resourceArn, message: refusal.message });
    } else if (allowedBy !== undefined && !this.used.has(allowedBy)) {
      this.used.add(allowedBy);
      this.append({ used: action, caller: callerOf(decision), resource: resourceArn, grant: allowedBy.resource });
    }
  };

  /** Starts empty again, so that only what follows is in it. */
  forget(): void {
    this.used.clear();
    this.denied.length = 0;
    writeFileSync(this.file, "");
  }

  isUsed(rule: PolicyRule): boolean {
    return this.used.has(rule);
  }

  /** Refused calls, oldest first; one that is repeated is there once until permissions change. */
  deniedCalls(): readonly DeniedCall[] {
    return this.denied;
  }

  private append(line: Readonly<Record<string, string>>): void {
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }
}

const callerOf = ({ principal }: AccessDecision): string =>
  principal.kind === "role" ? principal.roleArn : userNamed(principal, "");
