import { randomUUID } from "node:crypto";
import type { Clock } from "../../kernel/clock";
import type { Principal } from "../../kernel/endpoint/principal";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostEvents } from "../../kernel/host-events";
import type { AsyncEvent, AsyncEventJournal } from "./async-event-journal";
import type { AsyncSettings } from "./async-settings";
import type { HostedFunction, Invocation } from "./hosted-function";
import { sendToDestination } from "./send-to-destination";

export interface AsyncInvocationsSettings {
  readonly journal: AsyncEventJournal;
  readonly functionNamed: (name: string) => HostedFunction | undefined;
  readonly settingsOf: (functionName: string) => AsyncSettings;
  readonly calls: ServiceCalls;
  readonly events: HostEvents;
  readonly clock: Clock;
  /** Wait before the first and the second retry; AWS: one minute and two. */
  readonly retryDelaysMs: readonly [number, number];
  /** First wait after a throttle, doubled each time up to five minutes. */
  readonly throttleDelayMs: number;
}

type Failure = { readonly condition: "RetriesExhausted" | "EventAgeExceeded"; readonly invocation?: Invocation };

/** The queue of asynchronous events: tries, tries again, and hands what failed to the destination or the dead letters. */
export class AsyncInvocations {
  private readonly settings: AsyncInvocationsSettings;
  private readonly waiting = new Map<string, () => void>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(settings: AsyncInvocationsSettings) {
    this.settings = settings;
  }

  /** Takes up the events that an earlier run of the host had accepted. */
  resume(): void {
    for (const event of this.settings.journal.all()) this.schedule(event);
  }

  accept(functionName: string, payload: string): string {
    const requestId = randomUUID();
    const now = this.settings.clock.now();
    const event = { requestId, functionName, payload, acceptedAt: now, invoked: 0, throttled: 0, notBefore: now };
    this.settings.journal.put(event);
    this.metric(functionName, "AsyncEventsReceived", 1, "Count");
    this.schedule(event);
    return requestId;
  }

  /** Ends the waiting; what is accepted stays in the journal for the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const giveUp of this.waiting.values()) giveUp();
    await Promise.all(this.running);
  }

  private schedule(event: AsyncEvent): void {
    if (this.stopped) return;
    const giveUp = this.settings.clock.when(event.notBefore, () => {
      this.waiting.delete(event.requestId);
      const attempt = this.attempt(event).finally(() => this.running.delete(attempt));
      this.running.add(attempt);
    });
    this.waiting.set(event.requestId, giveUp);
  }

  private async attempt(event: AsyncEvent): Promise<void> {
    const target = this.settings.functionNamed(event.functionName);
    if (target === undefined) return this.drop(event, "its function is no longer declared");
    const settings = this.settings.settingsOf(event.functionName);
    const age = this.settings.clock.now() - event.acceptedAt;
    this.metric(event.functionName, "AsyncEventAge", age, "Milliseconds");
    if (age > settings.maximumEventAgeMs) return this.giveUp(target, event, { condition: "EventAgeExceeded" });
    // Without any concurrency there is nothing to wait for.
    if (target.definition.reservedConcurrency === 0)
      return this.giveUp(target, event, { condition: "RetriesExhausted" });
    let invocation: Invocation;
    try {
      invocation = await target.invoke(event.payload, { requestId: event.requestId });
    } catch {
      // Throttled, or Lambda itself failed: neither is the function's fault, so its retries are not used up.
      const throttled = event.throttled + 1;
      const delay = Math.min(this.settings.throttleDelayMs * 2 ** event.throttled, 300_000);
      return this.retry({ ...event, throttled, notBefore: this.settings.clock.now() + delay });
    }
    // A host that stops ends its processes: that is not a failure of the function, and the event stays for the next start.
    if (this.stopped && invocation.functionError !== undefined) return;
    const done = { ...event, invoked: event.invoked + 1 };
    if (invocation.functionError === undefined) return this.succeed(target, done, invocation);
    if (event.invoked >= settings.maximumRetryAttempts)
      return this.giveUp(target, done, { condition: "RetriesExhausted", invocation });
    this.retry({ ...done, notBefore: this.settings.clock.now() + (this.settings.retryDelaysMs[event.invoked] ?? 0) });
  }

  private retry(event: AsyncEvent): void {
    this.settings.journal.put(event);
    this.schedule(event);
  }

  private async succeed(target: HostedFunction, event: AsyncEvent, invocation: Invocation): Promise<void> {
    const destination = this.settings.settingsOf(event.functionName).onSuccess;
    if (destination !== undefined) {
      const record = recordOf(target, event, "Success", invocation);
      await this.send(target, destination, "Success", record);
    }
    this.settings.journal.remove(event.requestId);
  }

  private async giveUp(target: HostedFunction, event: AsyncEvent, failure: Failure): Promise<void> {
    const destination = this.settings.settingsOf(event.functionName).onFailure;
    const { deadLetterTargetArn } = target.definition;
    if (deadLetterTargetArn !== undefined) await this.sendDeadLetter(target, deadLetterTargetArn, event, failure);
    if (destination !== undefined) {
      const record = recordOf(target, event, failure.condition, failure.invocation);
      await this.send(target, destination, "Failure", record);
    }
    if (destination === undefined && deadLetterTargetArn === undefined)
      return this.drop(event, `${failure.condition}, and ${event.functionName} has no on-failure destination`);
    this.settings.journal.remove(event.requestId);
  }

  private async send(target: HostedFunction, destination: string, outcome: "Success" | "Failure", record: object) {
    const { arn, name } = target.definition;
    try {
      const sent = { outcome, functionArn: `${arn}:$LATEST`, record: { ...record } };
      await sendToDestination(this.settings.calls, roleOf(target), destination, sent);
      if (outcome === "Failure") this.publish("warn", name, "sent to on-failure destination", { destination, record });
    } catch (error) {
      this.metric(name, "DestinationDeliveryFailures", 1, "Count");
      this.publish("error", name, "destination unreachable", { destination, error: String(error), record });
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
  private async sendDeadLetter(target: HostedFunction, arn: string, event: AsyncEvent, { invocation }: Failure) {
    const error = invocation === undefined ? "Rate Exceeded." : invocation.payload;
    const attributes = {
      RequestID: { dataType: "String", stringValue: event.requestId },
      ErrorCode: { dataType: "Number", stringValue: invocation === undefined ? "429" : "200" },
      ErrorMessage: { dataType: "String", stringValue: error.slice(0, 1024) },
    };
    const calls = this.settings.calls;
    try {
      const message = { body: event.payload, attributes };
      if (arn.split(":")[2] === "sns") await calls.publish(roleOf(target), arn, message);
      else await calls.sendMessage(roleOf(target), arn, message);
      this.publish("warn", event.functionName, "dead-lettered", { requestId: event.requestId, deadLetters: arn });
    } catch (failure) {
      this.metric(event.functionName, "DeadLetterErrors", 1, "Count");
      this.publish("error", event.functionName, "dead letters unreachable", { arn, error: String(failure) });
    }
  }

  private drop(event: AsyncEvent, reason: string): void {
    this.settings.journal.remove(event.requestId);
    this.metric(event.functionName, "AsyncEventsDropped", 1, "Count");
    const { requestId, payload } = event;
    this.publish("error", event.functionName, "asynchronous event dropped", { requestId, reason, payload });
  }

  private publish(level: "warn" | "error", resource: string, what: string, detail: Readonly<Record<string, unknown>>) {
    this.settings.events.publish({ level, resource, what, detail });
  }

  private metric(functionName: string, name: string, value: number, unit: string): void {
    this.settings.calls.recordMetric("AWS/Lambda", name, { FunctionName: functionName }, value, unit);
  }
}

const roleOf = ({ definition }: HostedFunction): Principal => ({
  kind: "role",
  roleArn: definition.roleArn,
  actor: definition.name,
});

const recordOf = (
  target: HostedFunction,
  event: AsyncEvent,
  condition: string,
  invocation: Invocation | undefined,
) => ({
  version: "1.0",
  timestamp: new Date().toISOString(),
  requestContext: {
    requestId: event.requestId,
    functionArn: `${target.definition.arn}:$LATEST`,
    condition,
    approximateInvokeCount: event.invoked,
  },
  requestPayload: parsed(event.payload),
  ...(invocation !== undefined && {
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(invocation.functionError !== undefined && { functionError: invocation.functionError }),
    },
    responsePayload: parsed(invocation.payload),
  }),
});

const parsed = (payload: string): unknown => JSON.parse(payload);
