import type { AccessControl } from "../../kernel/endpoint/access-control";
import type { MappingDefinition } from "./mapping-definition";

/** What Lambda does at a source with the function's role: when a mapping is created, and while it polls. */
const actionsAt = {
  queue: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  stream: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
} as const;

/** A function's permission to read the source of a mapping. */
export class SourceAccess {
  private readonly access: AccessControl;
  private readonly sourceArn: string;
  private readonly actions: readonly string[];
  private readonly role: { readonly kind: "role"; readonly roleArn: string; readonly actor: string };
  private readonly ignoreChanges: () => void;
  private waiting = new AbortController();

  constructor(
    access: AccessControl,
    { kind, sourceArn }: Pick<MappingDefinition, "kind" | "sourceArn">,
    target: { readonly roleArn: string; readonly name: string },
  ) {
    this.access = access;
    this.sourceArn = sourceArn;
    this.actions = actionsAt[kind];
    this.role = { kind: "role", roleArn: target.roleArn, actor: target.name };
    this.ignoreChanges = access.onChange(() => {
      const before = this.waiting;
      this.waiting = new AbortController();
      before.abort();
    });
  }

  /** Aborted when permissions change, so that a wait at the source starts again with the new ones; also by `stop`. */
  get signal(): AbortSignal {
    return this.waiting.signal;
  }

  /** What a function's role needs, for messages. */
  get needed(): string {
    return this.actions.join(", ");
  }

  /** @throws AwsError when the role may not read the source */
  require(): void {
    for (const action of this.actions) {
      this.access.check({ principal: this.role, action, resourceArn: this.sourceArn });
    }
  }

  stop(): void {
    this.ignoreChanges();
    this.waiting.abort();
  }
}
