import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../kernel/clock";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { Queue } from "./queue";
import { redriveAllowed, redrivePolicyOf } from "./queue-attributes";
import type { HeldMessage } from "./queue-store";
import type { Queues } from "./queues";

export interface MessageMoveTask {
  readonly taskHandle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly maxPerSecond: number | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";
  failureReason?: string;
}

/** Messages between two turns of the event loop, so that a large redrive does not hold up everything else. */
const chunk = 50;

/** Redrives: moves of dead letters back to where they came from, or to a queue of choice. */
export class MessageMoveTasks {
  private readonly queues: Queues;
  private readonly clock: Clock;
  private readonly tasks: MessageMoveTask[] = [];

  constructor(queues: Queues, clock: Clock) {
    this.queues = queues;
    this.clock = clock;
  }

  start(
    principal: Principal,
    sourceArn: string,
    destinationArn: string | undefined,
    maxPerSecond: number | undefined,
  ): MessageMoveTask {
    for (const action of ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
      this.queues.check(principal, action, sourceArn);
    }
    const source = this.existing(sourceArn);
    const sources = this.queues
      .list()
      .filter((queue) => redrivePolicyOf(queue.attributes)?.deadLetterTargetArn === sourceArn);
    if (sources.length === 0) {
      throw new AwsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
    }
    if (this.tasks.some((task) => task.sourceArn === sourceArn && task.status === "RUNNING")) {
      throw new AwsError(
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const destinations = destinationArn === undefined ? this.origins(source, sources) : [this.existing(destinationArn)];
    for (const destination of destinations) {
      this.queues.check(principal, "SendMessage", destination.arn);
      if (!redriveAllowed(source.attributes, destination.arn) && destinationArn === undefined) {
        throw new AwsError(
          "InvalidParameterValue",
          `The RedriveAllowPolicy of ${sourceArn} does not allow ${destination.arn} to use it.`,
        );
      }
      if (destination.isFifo !== source.isFifo) {
        throw new AwsError("InvalidParameterValue", "Destination queue must be of the same type as the source queue.");
      }
    }
    const task: MessageMoveTask = {
      taskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString("base64"),
      sourceArn,
      destinationArn,
      maxPerSecond,
      startedAt: this.clock.now(),
      toMove: source.visible().length,
      moved: 0,
      status: "RUNNING",
    };
    this.tasks.push(task);
    this.run(task, source).catch((error) => {
      task.status = "FAILED";
      task.failureReason = error instanceof AwsError ? error.name : String(error);
    });
    return task;
  }

  /** The latest first, at most 10, as the API gives them. */
  list(principal: Principal, sourceArn: string): readonly MessageMoveTask[] {
    this.queues.check(principal, "ListMessageMoveTasks", sourceArn);
    this.existing(sourceArn);
    return this.tasks
      .filter((task) => task.sourceArn === sourceArn)
      .toReversed()
      .slice(0, 10);
  }

  cancel(principal: Principal, taskHandle: string): MessageMoveTask {
    const task = this.tasks.find((each) => each.taskHandle === taskHandle);
    if (task === undefined) throw new AwsError("ResourceNotFoundException", "Task does not exist.", 404);
    this.queues.check(principal, "CancelMessageMoveTask", task.sourceArn);
    if (task.status !== "RUNNING") {
      throw new AwsError("UnsupportedOperation", `Only active tasks can be cancelled; this one is ${task.status}.`);
    }
    task.status = "CANCELLING";
    return task;
  }

  private async run(task: MessageMoveTask, source: Queue): Promise<void> {
    for (const message of source.visible()) {
      if (task.status === "CANCELLING") {
        task.status = "CANCELLED";
        return;
      }
      this.move(task, source, message);
      if (task.maxPerSecond !== undefined) await delay(1_000 / task.maxPerSecond);
      else if (task.moved % chunk === 0) await delay(0);
    }
    task.status = "COMPLETED";
  }

  /** On SQS a message that is redriven is a new one, with a new id and time. */
  private move(task: MessageMoveTask, source: Queue, message: HeldMessage): void {
    if (!source.isVisible(message)) return;
    const destination = task.destinationArn ?? message.deadLetterSource;
    if (destination === undefined) {
      throw new AwsError(
        "CouldNotDetermineMessageSource",
        `message ${message.messageId} was not dead-lettered from another queue`,
      );
    }
    source.moveTo(this.existing(destination), message, {
      messageId: randomUUID(),
      sentAt: this.clock.now(),
      receiveCount: 0,
      firstReceivedAt: undefined,
      deadLetterSource: undefined,
    });
    task.moved += 1;
  }

  private origins(source: Queue, sources: readonly Queue[]): readonly Queue[] {
    const arns = new Set(source.visible().map((message) => message.deadLetterSource));
    return sources.filter((queue) => arns.has(queue.arn));
  }

  private existing(arn: string): Queue {
    try {
      return this.queues.byArn(arn);
    } catch {
      throw new AwsError(
        "ResourceNotFoundException",
        `The resource that you specified for the SourceArn or DestinationArn parameter doesn't exist: ${arn}.`,
        404,
      );
    }
  }
}
