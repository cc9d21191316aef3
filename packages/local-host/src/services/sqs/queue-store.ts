import { join } from "node:path";
import type { SQLOutputValue } from "node:sqlite";
import { DurableDatabase, type PreparedStatements } from "../../kernel/durable-database";
import type { Attributes } from "./queue-attributes";
import type { MessageAttributes } from "./sqs-message";

/** A message and all that is known of it, as a queue holds it. */
export interface HeldMessage {
  /** Grows with every message; the order within a FIFO queue. */
  readonly row: number;
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  readonly md5OfAttributes: string | undefined;
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  /** Epoch milliseconds; a dead-letter queue keeps the original. */
  readonly sentAt: number;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sequenceNumber: string | undefined;
  /** The queue a dead letter came from. */
  readonly deadLetterSource: string | undefined;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** Epoch milliseconds until which it is delayed or in flight. */
  hiddenUntil: number;
  /** The latest receipt; only with this one can it be deleted. */
  receipt: string | undefined;
}

export interface StoredQueue {
  readonly name: string;
  readonly attributes: Attributes;
  readonly tags: Attributes;
  readonly createdAt: number;
}

type Row = Readonly<Record<string, SQLOutputValue>>;

const text = (value: SQLOutputValue | undefined): string | undefined =>
  value === null || value === undefined ? undefined : String(value);

const heldMessage = (row: Row): HeldMessage => ({
  row: Number(row["row"]),
  messageId: String(row["message_id"]),
  body: String(row["body"]),
  md5OfBody: String(row["md5_of_body"]),
  attributes: JSON.parse(String(row["attributes"])),
  md5OfAttributes: text(row["md5_of_attributes"]),
  traceHeader: text(row["trace_header"]),
  senderId: String(row["sender_id"]),
  sentAt: Number(row["sent_at"]),
  groupId: text(row["group_id"]),
  deduplicationId: text(row["deduplication_id"]),
  sequenceNumber: text(row["sequence_number"]),
  deadLetterSource: text(row["dead_letter_source"]),
  receiveCount: Number(row["receive_count"]),
  firstReceivedAt: row["first_received_at"] === null ? undefined : Number(row["first_received_at"]),
  hiddenUntil: Number(row["hidden_until"]),
  receipt: text(row["receipt"]),
});

const schema = `
  CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY, attributes TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS message (
    row INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
    md5_of_body TEXT NOT NULL, attributes TEXT NOT NULL, md5_of_attributes TEXT, trace_header TEXT, sender_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL, group_id TEXT, deduplication_id TEXT, sequence_number TEXT, dead_letter_source TEXT,
    receive_count INTEGER NOT NULL, first_received_at INTEGER, hidden_until INTEGER NOT NULL, receipt TEXT);
  CREATE INDEX IF NOT EXISTS message_of_queue ON message (queue, row);
  CREATE TABLE IF NOT EXISTS deduplication (
    queue TEXT NOT NULL, id TEXT NOT NULL, message_id TEXT NOT NULL, sequence_number TEXT NOT NULL, sent_at INTEGER NOT NULL,
    PRIMARY KEY (queue, id)) WITHOUT ROWID;
`;

const statements = {
  insert: `INSERT INTO message (queue, message_id, body, md5_of_body, attributes, md5_of_attributes, trace_header,
        sender_id, sent_at, group_id, deduplication_id, sequence_number, dead_letter_source, receive_count, first_received_at,
        hidden_until, receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, NULL, ?, NULL)`,
  receive: "UPDATE message SET receive_count = ?, first_received_at = ?, hidden_until = ?, receipt = ? WHERE row = ?",
  hide: "UPDATE message SET hidden_until = ? WHERE row = ?",
  remove: "DELETE FROM message WHERE row = ?",
  move: `UPDATE message SET queue = ?, message_id = ?, sent_at = ?, dead_letter_source = ?, receive_count = ?,
        first_received_at = ?, hidden_until = 0, receipt = NULL WHERE row = ?`,
  messages: "SELECT * FROM message WHERE queue = ? ORDER BY row",
  purge: "DELETE FROM message WHERE queue = ?",
  saveQueue: `INSERT INTO queue (name, attributes, tags, created_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET attributes = excluded.attributes, tags = excluded.tags`,
  dropQueue: "DELETE FROM queue WHERE name = ?",
  remember:
    "INSERT OR REPLACE INTO deduplication (queue, id, message_id, sequence_number, sent_at) VALUES (?, ?, ?, ?, ?)",
  recall: "SELECT message_id, sequence_number FROM deduplication WHERE queue = ? AND id = ? AND sent_at > ?",
  forget: "DELETE FROM deduplication WHERE sent_at <= ?",
  queues: "SELECT name, attributes, tags, created_at FROM queue",
} as const;

/** Queues and messages on disk. Each statement is its own transaction: what was acknowledged survives SIGKILL. */
export class QueueStore {
  private readonly database: DurableDatabase;
  private readonly statements: PreparedStatements<keyof typeof statements>;

  constructor(folder: string) {
    this.database = new DurableDatabase(join(folder, "queues.sqlite"));
    this.database.exec(schema);
    this.statements = this.database.prepareAll(statements);
  }

  /** Does several writes as one: all of them are kept, or none. */
  together<T>(writes: () => T): T {
    return this.database.together(writes);
  }

  insert(queue: string, message: Omit<HeldMessage, "row">): HeldMessage {
    const { lastInsertRowid } = this.statements.insert.run(
      queue,
      message.messageId,
      message.body,
      message.md5OfBody,
      JSON.stringify(message.attributes),
      message.md5OfAttributes ?? null,
      message.traceHeader ?? null,
      message.senderId,
      message.sentAt,
      message.groupId ?? null,
      message.deduplicationId ?? null,
      message.sequenceNumber ?? null,
      message.hiddenUntil,
    );
    return { ...message, row: Number(lastInsertRowid) };
  }

  saveReceive({ receiveCount, firstReceivedAt, hiddenUntil, receipt, row }: HeldMessage): void {
    this.statements.receive.run(receiveCount, firstReceivedAt ?? null, hiddenUntil, receipt ?? null, row);
  }

  saveHidden({ hiddenUntil, row }: HeldMessage): void {
    this.statements.hide.run(hiddenUntil, row);
  }

  remove(row: number): void {
    this.statements.remove.run(row);
  }

  /** Puts a message into another queue in one write; returns it as it is there. */
  move(message: HeldMessage, queue: string, changes: Partial<HeldMessage>): HeldMessage {
    const moved: HeldMessage = { ...message, ...changes, hiddenUntil: 0, receipt: undefined };
    this.statements.move.run(
      queue,
      moved.messageId,
      moved.sentAt,
      moved.deadLetterSource ?? null,
      moved.receiveCount,
      moved.firstReceivedAt ?? null,
      moved.row,
    );
    return moved;
  }

  messages(queue: string): readonly HeldMessage[] {
    return this.statements.messages.all(queue).map(heldMessage);
  }

  purge(queue: string): void {
    this.statements.purge.run(queue);
  }

  saveQueue({ name, attributes, tags, createdAt }: StoredQueue): void {
    this.statements.saveQueue.run(name, JSON.stringify(attributes), JSON.stringify(tags), createdAt);
  }

  dropQueue(name: string): void {
    this.together(() => {
      this.statements.purge.run(name);
      this.statements.dropQueue.run(name);
    });
  }

  queues(): readonly StoredQueue[] {
    return this.statements.queues.all().map((row) => ({
      name: String(row["name"]),
      attributes: JSON.parse(String(row["attributes"])),
      tags: JSON.parse(String(row["tags"])),
      createdAt: Number(row["created_at"]),
    }));
  }

  rememberDuplicate(queue: string, id: string, { messageId, sequenceNumber, sentAt }: HeldMessage): void {
    this.statements.remember.run(queue, id, messageId, sequenceNumber ?? "", sentAt);
  }

  /** The message sent under a deduplication id since a moment. */
  duplicateOf(queue: string, id: string, since: number): { messageId: string; sequenceNumber: string } | undefined {
    this.statements.forget.run(since);
    const row = this.statements.recall.get(queue, id, since);
    return row === undefined
      ? undefined
      : { messageId: String(row["message_id"]), sequenceNumber: String(row["sequence_number"]) };
  }

  close(): void {
    this.database.close();
  }
}
