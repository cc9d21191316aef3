import type { Clock } from "../../kernel/clock";
import { AwsError } from "../../kernel/endpoint/aws-service";
import { DueTimer } from "./due-timer";
import { type Attributes, defaultAttributes, redrivePolicyOf } from "./queue-attributes";
import type { HeldMessage, QueueStore } from "./queue-store";
import { receiptFor, rowOf } from "./receipt-handle";
import { ReceiveWaiters } from "./receive-waiters";

/** AWS's limit for messages received and not yet deleted. */
const inFlightLimit = 120_000;

/** One queue: which messages can be received when. Every change is written to the store before it takes effect in memory. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly createdAt: number;
  modifiedAt: number;
  tags: Attributes = {};
  attributes: Attributes = defaultAttributes;
  private readonly store: QueueStore;
  private readonly byArn: (arn: string) => Queue | undefined;
  /** In the order in which they will be received. */
  private ready = new Map<number, HeldMessage>();
  private latestReady = 0;
  private readonly hidden = new Map<number, HeldMessage>();
  private readonly waiters = new ReceiveWaiters((max, seconds) => this.take(max, seconds));
  private readonly clock: Clock;
  private readonly timer: DueTimer;

  constructor(
    identity: { readonly name: string; readonly arn: string; readonly url: string; readonly createdAt: number },
    store: QueueStore,
    clock: Clock,
    byArn: (arn: string) => Queue | undefined,
  ) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.url = identity.url;
    this.createdAt = identity.createdAt;
    this.modifiedAt = identity.createdAt;
    this.store = store;
    this.clock = clock;
    this.timer = new DueTimer(clock, () => this.showDue());
    this.byArn = byArn;
    for (const message of store.messages(identity.name)) this.place(message);
  }

  get isFifo(): boolean {
    return this.attributes["FifoQueue"] === "true";
  }

  seconds(attribute: string): number {
    return Number(this.attributes[attribute] ?? defaultAttributes[attribute] ?? 0);
  }

  setAttributes(attributes: Attributes): void {
    const merged = { ...this.attributes, ...attributes };
    // An empty value removes the attribute.
    this.attributes = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ""));
    this.modifiedAt = this.clock.now();
    this.save();
  }

  save(): void {
    this.store.saveQueue(this);
  }

  enqueue(message: Omit<HeldMessage, "row">): HeldMessage {
    const held = this.store.insert(this.name, message);
    this.place(held);
    return held;
  }

  /** Takes in a message that is already stored under this queue's name. */
  place(message: HeldMessage): void {
    if (message.hiddenUntil > this.clock.now()) {
      this.hidden.set(message.row, message);
      this.timer.due(message.hiddenUntil);
      return;
    }
    this.ready.set(message.row, message);
    if (this.isFifo && message.row < this.latestReady) {
      this.ready = new Map([...this.ready].sort(([a], [b]) => a - b));
    }
    this.latestReady = Math.max(this.latestReady, message.row);
    this.waiters.handOutSoon();
  }

  /** Waits up to `waitSeconds` for at least one message; gives none after that, or once the signal is aborted. */
  receive(
    max: number,
    waitSeconds: number,
    visibilitySeconds: number | undefined,
    signal?: AbortSignal,
  ): Promise<readonly HeldMessage[]> {
    return this.waiters.receive({ max, waitSeconds, visibilitySeconds, signal });
  }

  /** @throws AwsError ReceiptHandleIsInvalid */
  delete(receiptHandle: string): void {
    const message = this.find(receiptHandle);
    // A receipt that a later receive has replaced no longer deletes; AWS answers success all the same.
    if (message?.receipt !== receiptHandle) return;
    this.drop(message);
    if (this.isFifo) this.waiters.handOutSoon();
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.find(receiptHandle);
    if (message === undefined || message.receipt !== receiptHandle || !this.hidden.has(message.row)) {
      throw new AwsError(
        "MessageNotInflight",
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    message.hiddenUntil = seconds === 0 ? 0 : this.clock.now() + seconds * 1_000;
    this.store.saveHidden(message);
    if (seconds === 0) this.show(message);
    else this.timer.due(message.hiddenUntil);
  }

  /** Shows what was received and not deleted, as at the end of its visibility timeout. */
  showReceived(): void {
    for (const { receipt } of [...this.hidden.values()]) if (receipt !== undefined) this.changeVisibility(receipt, 0);
  }

  /** Every message that is visible now, for a move to another queue. */
  visible(): readonly HeldMessage[] {
    return [...this.ready.values()];
  }

  isVisible(message: HeldMessage): boolean {
    return this.ready.has(message.row);
  }

  depth(): { visible: number; inFlight: number; delayed: number; oldestAgeSeconds: number } {
    this.expire();
    let delayed = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const message of this.hidden.values()) {
      if (message.receipt === undefined) delayed += 1;
      oldest = Math.min(oldest, message.sentAt);
    }
    for (const message of this.ready.values()) oldest = Math.min(oldest, message.sentAt);
    return {
      visible: this.ready.size,
      inFlight: this.hidden.size - delayed,
      delayed,
      oldestAgeSeconds:
        oldest === Number.POSITIVE_INFINITY ? 0 : Math.max(0, Math.floor((this.clock.now() - oldest) / 1_000)),
    };
  }

  /** Moves a visible message out into another queue. */
  moveTo(target: Queue, message: HeldMessage, changes: Partial<HeldMessage>): void {
    const moved = this.store.move(message, target.name, changes);
    this.ready.delete(message.row);
    this.hidden.delete(message.row);
    target.place(moved);
  }

  purge(): void {
    this.store.purge(this.name);
    this.ready.clear();
    this.hidden.clear();
  }

  /** Ends every wait with nothing. */
  stop(): void {
    this.timer.stop();
    this.waiters.stop();
  }

  private take(max: number, visibilitySeconds: number | undefined): readonly HeldMessage[] {
    if (this.ready.size === 0) return [];
    if (this.hidden.size >= inFlightLimit) {
      throw new AwsError("OverLimit", `Too many messages in flight: the limit is ${inFlightLimit}.`, 403);
    }
    this.expire();
    const now = this.clock.now();
    const hiddenUntil = now + (visibilitySeconds ?? this.seconds("VisibilityTimeout")) * 1_000;
    const redrive = redrivePolicyOf(this.attributes);
    const deadLetters = redrive === undefined ? undefined : this.byArn(redrive.deadLetterTargetArn);
    const blocked = this.isFifo ? this.groupsInFlight() : undefined;
    const taken: HeldMessage[] = [];
    this.store.together(() => {
      for (const message of this.ready.values()) {
        if (taken.length === max) break;
        if (message.groupId !== undefined && blocked?.has(message.groupId) === true) continue;
        if (deadLetters !== undefined && redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
          this.moveTo(deadLetters, message, { deadLetterSource: this.arn });
          continue;
        }
        message.receiveCount += 1;
        message.firstReceivedAt ??= now;
        message.hiddenUntil = hiddenUntil;
        message.receipt = receiptFor(message.row);
        this.store.saveReceive(message);
        taken.push(message);
      }
    });
    for (const message of taken) {
      this.ready.delete(message.row);
      this.hidden.set(message.row, message);
    }
    if (taken.length > 0) this.timer.due(hiddenUntil);
    return taken;
  }

  /**
   * Only what was received holds its group back, not what is still delayed.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
   */
  private groupsInFlight(): ReadonlySet<string> {
    const groups = new Set<string>();
    for (const { groupId, receipt } of this.hidden.values()) {
      if (groupId !== undefined && receipt !== undefined) groups.add(groupId);
    }
    return groups;
  }

  private find(receiptHandle: string): HeldMessage | undefined {
    const row = rowOf(receiptHandle);
    return this.hidden.get(row) ?? this.ready.get(row);
  }

  private show(message: HeldMessage): void {
    this.hidden.delete(message.row);
    this.place(message);
  }

  private drop(message: HeldMessage): void {
    this.store.remove(message.row);
    this.hidden.delete(message.row);
    this.ready.delete(message.row);
  }

  /** Messages beyond the retention period are gone, wherever they are. */
  private expire(): void {
    const limit = this.clock.now() - this.seconds("MessageRetentionPeriod") * 1_000;
    for (const messages of [this.ready, this.hidden]) {
      for (const message of messages.values()) {
        if (message.sentAt > limit) break;
        this.drop(message);
      }
    }
  }

  private showDue(): void {
    const now = this.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const message of [...this.hidden.values()]) {
      if (message.hiddenUntil <= now) this.show(message);
      else next = Math.min(next, message.hiddenUntil);
    }
    if (next !== Number.POSITIVE_INFINITY) this.timer.due(next);
  }
}
