import * as z from "zod";
import type { AccessControl } from "../../kernel/endpoint/access-control";
import {
  type ActionCall,
  type ActionOutput,
  type ActionService,
  AwsError,
  type AwsRequest,
  type AwsResponse,
} from "../../kernel/endpoint/aws-service";
import { jsonAnswer, jsonInput } from "../../kernel/endpoint/json-service";
import type { Engine } from "./engine";
import { awsMessage } from "./engine-message";
import { assertExpressionCharacters } from "./expression-characters";
import { assertPlaceholdersUsed } from "./expression-placeholders";
import { isWrite, type RequestedAccess, requestedAccesses, tableNameOf } from "./requested-access";
import { answerStreams, streamLabel, streamOf, streamsActions } from "./streams-api";
import type { TableStreams } from "./table-stream";
import type { WriteLimits } from "./write-limits";

export interface DynamodbServiceOptions {
  readonly region: string;
  readonly accountId: string;
  readonly access: AccessControl;
  readonly engine: () => Engine;
  readonly streams: TableStreams;
  /** Told of each table that was written to. */
  readonly written: (table: string) => void;
  /** Told of each table that was made, changed or deleted, before the call that did it is answered. */
  readonly changed: (table: string, streamBegins: boolean) => Promise<void>;
  readonly partitionKeyOf: (table: string) => string | undefined;
  readonly limits: WriteLimits;
  /** Told of each write that a table did not take. */
  readonly throttled: (table: string, action: string) => void;
}

const definesTable = new Set(["CreateTable", "UpdateTable", "DeleteTable"]);

const streamSpecification = z.object({
  StreamSpecification: z.object({ StreamEnabled: z.boolean().optional(), StreamViewType: z.string().optional() }),
});

const viewTypes = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"];

/** @throws AwsError for a view type that the engine would take and no stream has */
const beginsStream = (input: Readonly<Record<string, unknown>>): boolean => {
  const { StreamSpecification: given } = streamSpecification.safeParse(input).data ?? {};
  const { StreamEnabled = false, StreamViewType } = given ?? {};
  if (StreamViewType === undefined || viewTypes.includes(StreamViewType)) return StreamEnabled;
  throw new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${StreamViewType}' at 'streamSpecification.streamViewType' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${viewTypes.join(", ")}]`,
  );
};

/** Requests whose table the engine takes by name only. */
const withTableName = (body: Buffer | string, input: Readonly<Record<string, unknown>>): Buffer | string => {
  const given = input["TableName"];
  return typeof given === "string" && given.startsWith("arn:")
    ? JSON.stringify({ ...input, TableName: tableNameOf(given) })
    : body;
};

/** DynamoDB and DynamoDB Streams: calls are checked against IAM and answered by the engine; writes wake the streams' readers. */
export class DynamodbService implements ActionService {
  readonly service = "dynamodb";
  readonly targets = ["DynamoDB_20120810", "DynamoDBStreams_20120810"];
  private readonly options: DynamodbServiceOptions;
  private readonly arnPrefix: string;

  constructor(options: DynamodbServiceOptions) {
    this.options = options;
    this.arnPrefix = `arn:aws:dynamodb:${options.region}:${options.accountId}:`;
  }

  async handle({ body, ...request }: AwsRequest): Promise<AwsResponse> {
    const call = { ...request, input: jsonInput(body) };
    if (streamsActions.has(call.action)) return jsonAnswer(this.callStreams(call));
    const answer = await this.callTables(call, body);
    return { ...answer, headers: { "content-type": "application/x-amz-json-1.0" } };
  }

  async call(call: ActionCall): Promise<ActionOutput> {
    if (streamsActions.has(call.action)) return this.callStreams(call);
    const answer = await this.callTables(call, JSON.stringify(call.input));
    const output = jsonInput(Buffer.from(answer.body));
    if (answer.status < 400) return output;
    const type = String(output["__type"] ?? "InternalFailure");
    const message = String(output["message"] ?? output["Message"] ?? "");
    throw new AwsError(type.slice(type.indexOf("#") + 1), message, answer.status);
  }

  /** Answered by the engine, in its words: an error of its is an answer here. */
  private async callTables({ principal, action, input }: ActionCall, body: Buffer | string) {
    const accesses = requestedAccesses(action, input, this.options.partitionKeyOf);
    for (const { action: requested, context, ...target } of accesses) {
      this.options.access.check({ principal, action: requested, resourceArn: this.resourceArn(target), context });
    }
    assertExpressionCharacters(input);
    assertPlaceholdersUsed(input);
    const streamBegins = definesTable.has(action) && beginsStream(input);
    if (this.options.limits.set(action, input)) return this.describe(input);
    if (isWrite(action)) this.limit(new Set(accesses.map((access) => access.table)), action, input);
    const answer = await this.forward(action, withTableName(body, input));
    if (answer.status < 300 && isWrite(action)) {
      for (const table of new Set(accesses.map((access) => access.table))) this.options.written(table);
    }
    if (answer.status < 300 && definesTable.has(action)) {
      await this.options.changed(tableNameOf(input["TableName"]), streamBegins);
    }
    if (answer.status === 400) return { status: answer.status, body: awsMessage(answer.body, input) };
    return {
      status: answer.status,
      body: answer.body.includes(this.options.engine().arnPrefix) ? this.ownArns(answer.body.toString()) : answer.body,
    };
  }

  private limit(tables: ReadonlySet<string>, action: string, input: ActionCall["input"]): void {
    for (const table of tables) {
      try {
        this.options.limits.take(table, action, input);
      } catch (error) {
        this.options.throttled(table, action);
        throw error;
      }
    }
  }

  /** What UpdateTable answers. */
  private async describe(input: ActionCall["input"]) {
    const TableName = tableNameOf(input["TableName"]);
    const { status, body } = await this.forward("DescribeTable", JSON.stringify({ TableName }));
    const described = jsonInput(Buffer.from(this.ownArns(body.toString())));
    const { Table, ...rest } = described;
    return { status, body: JSON.stringify(Table === undefined ? rest : { TableDescription: Table }) };
  }

  private callStreams({ principal, action, input }: ActionCall): ActionOutput {
    const resourceArn = streamOf(action, input) ?? "*";
    this.options.access.check({ principal, action: `dynamodb:${action}`, resourceArn });
    return { ...answerStreams(this.options.streams, action, input) };
  }

  private async forward(action: string, body: Buffer | string) {
    try {
      return await this.options.engine().send(`DynamoDB_20120810.${action}`, body);
    } catch (error) {
      throw new AwsError("InternalServerError", `the DynamoDB engine did not answer ${action}: ${String(error)}`, 500);
    }
  }

  private resourceArn({ table, index }: Pick<RequestedAccess, "table" | "index">): string {
    if (table === "") return "*";
    return `${this.arnPrefix}table/${table}${index === undefined ? "" : `/index/${index}`}`;
  }

  /** ARNs and stream labels as the program knows them. */
  private ownArns(text: string): string {
    const owned = text.replaceAll(this.options.engine().arnPrefix, this.arnPrefix);
    for (const { streamArn, tableName } of this.options.streams.list()) {
      if (!owned.includes(`${this.arnPrefix}table/${tableName}/stream/`)) continue;
      return owned
        .replace(/"LatestStreamArn":"[^"]*"/, `"LatestStreamArn":"${streamArn}"`)
        .replace(/"LatestStreamLabel":"[^"]*"/, `"LatestStreamLabel":"${streamLabel(streamArn)}"`);
    }
    return owned;
  }
}
