import type { Principal } from "../../kernel/endpoint/principal";
import type { StreamRecord } from "../dynamodb/stream-record";
import type { HostedFunction } from "../lambda/hosted-function";
import type { SqsMessage } from "../sqs/sqs-message";

/** What a mapping needs of the queues. */
export interface Queues {
  /** Waits up to `waitSeconds` for a first message, woken by a send; an empty list when there was none or on abort. */
  receive(
    principal: Principal,
    queueArn: string,
    options: { readonly max: number; readonly waitSeconds: number; readonly signal: AbortSignal },
  ): Promise<readonly SqsMessage[]>;
  deleteBatch(principal: Principal, queueArn: string, receiptHandles: readonly string[]): Promise<unknown>;
  /** Ends the visibility timeout of every message that was received and not deleted. */
  showReceived(queueArn: string): void;
}

/** What a mapping needs of the tables' streams. */
export interface TableStreams {
  open(
    streamArn: string,
    options: { readonly from: "TRIM_HORIZON" | "LATEST" | { readonly after: string } },
  ): { next(max: number, signal: AbortSignal): Promise<readonly StreamRecord[]> };
  shards(streamArn: string): readonly { readonly shardId: string }[];
  /** A number that grows along the stream. */
  positionFrom(streamArn: string, from: "LATEST" | { readonly after: string }): number;
}

/** What a mapping needs of a function. */
export type TargetFunction = Pick<HostedFunction, "definition" | "invoke">;
