import * as z from "zod";
import type { Clock } from "../kernel/clock";
import type { ActionCall } from "../kernel/endpoint/aws-service";
import type { Principal } from "../kernel/endpoint/principal";
import type { QueueHost } from "../services/sqs/queue-host";
import type { HeldMessage } from "../services/sqs/queue-store";
import type { DeadLetter, DeadLetters, MoveTask } from "./console-data";

/** Most messages of one queue that a page is sent, the oldest first, and most characters of a body. */
const mostMessages = 50;
const longestBody = 20_000;

/** The page acts as the developer on this machine, like the AWS CLI. */
const principal: Principal = { kind: "developer" };

const moveTasks = z.object({
  Results: z.array(
    z.object({
      Status: z.string(),
      ApproximateNumberOfMessagesMoved: z.number(),
      FailureReason: z.string().optional(),
    }),
  ),
});

/** What waits among dead letters, and what can be done about it: with the actions that AWS has for it, as AWS does them. */
export class DeadLetterQueues {
  private readonly host: Pick<QueueHost, "queues" | "service">;
  private readonly clock: Pick<Clock, "now">;

  constructor(host: Pick<QueueHost, "queues" | "service">, clock: Pick<Clock, "now">) {
    this.host = host;
    this.clock = clock;
  }

  /** Looks without receiving: a message that was looked at stays as visible as it was, and is not counted as received. */
  messages(queue: string): DeadLetters {
    const now = this.clock.now();
    const held = this.host.queues.byArn(this.host.queues.arnOf(queue)).visible();
    return {
      messages: held.slice(0, mostMessages).map((each) => deadLetter(each, now)),
      more: Math.max(0, held.length - mostMessages),
    };
  }

  /** @throws AwsError for a queue that is not a source queue's dead-letter queue, and while a move is under way */
  async redrive(queue: string): Promise<void> {
    await this.call("StartMessageMoveTask", { SourceArn: this.host.queues.arnOf(queue) });
  }

  /** How the latest redrive goes; undefined when there was none. */
  async latestMove(queue: string): Promise<MoveTask | undefined> {
    const answer = await this.call("ListMessageMoveTasks", { SourceArn: this.host.queues.arnOf(queue) });
    const [latest] = moveTasks.parse(answer).Results;
    if (latest === undefined) return undefined;
    const { Status: status, ApproximateNumberOfMessagesMoved: moved, FailureReason: reason } = latest;
    return { status, moved, ...(reason !== undefined && { reason }) };
  }

  async purge(queue: string): Promise<void> {
    await this.call("PurgeQueue", { QueueUrl: this.host.queues.byArn(this.host.queues.arnOf(queue)).url });
  }

  private call(action: string, input: ActionCall["input"]) {
    return this.host.service.call({ principal, action, input });
  }
}

const deadLetter = (message: HeldMessage, now: number): DeadLetter => ({
  id: message.messageId,
  ageSeconds: (now - message.sentAt) / 1000,
  received: message.receiveCount,
  ...(message.deadLetterSource !== undefined && { from: message.deadLetterSource.split(":").at(-1) ?? "" }),
  attributes: Object.entries(message.attributes).map(([name, { stringValue }]) => [name, stringValue ?? "(binary)"]),
  body: message.body.slice(0, longestBody),
});
