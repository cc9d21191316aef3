import type { AccessControl } from "../../kernel/endpoint/access-control";
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from "../../kernel/endpoint/aws-service";
import { jsonAnswer, jsonInput } from "../../kernel/endpoint/json-service";
import type { Engine } from "./engine";
import { awsMessage } from "./engine-message";
import { assertExpressionCharacters } from "./expression-characters";
import { isWrite, type RequestedAccess, requestedAccesses, tableNameOf } from "./requested-access";
import { answerStreams, streamLabel, streamOf, streamsActions } from "./streams-api";
import type { TableStreams } from "./table-stream";

export interface DynamodbServiceOptions {
  readonly region: string;
  readonly accountId: string;
  readonly access: AccessControl;
  readonly engine: () => Engine;
  readonly streams: TableStreams;
  /** Told of each table that was written to. */
  readonly written: (table: string) => void;
  readonly partitionKeyOf: (table: string) => string | undefined;
}

/** Requests whose table the engine takes by name only. */
const withTableName = (body: Buffer, input: Readonly<Record<string, unknown>>): Buffer | string => {
  const given = input["TableName"];
  return typeof given === "string" && given.startsWith("arn:")
    ? JSON.stringify({ ...input, TableName: tableNameOf(given) })
    : body;
};

/** DynamoDB and DynamoDB Streams: checked against IAM, answered by the engine, and heard by the streams' readers. */
export class DynamodbService implements AwsService {
  readonly service = "dynamodb";
  private readonly options: DynamodbServiceOptions;
  private readonly arnPrefix: string;

  constructor(options: DynamodbServiceOptions) {
    this.options = options;
    this.arnPrefix = `arn:aws:dynamodb:${options.region}:${options.accountId}:`;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const input = jsonInput(request.body);
    if (streamsActions.has(request.action)) return this.handleStreams(request, input);

    const accesses = requestedAccesses(request.action, input, this.options.partitionKeyOf);
    for (const { action, context, ...target } of accesses) {
      this.options.access.check({
        principal: request.principal,
        action,
        resourceArn: this.resourceArn(target),
        context,
      });
    }
    assertExpressionCharacters(input);
    const answer = await this.forward(request.action, withTableName(request.body, input));
    if (answer.status < 300 && isWrite(request.action)) {
      for (const table of new Set(accesses.map((access) => access.table))) this.options.written(table);
    }
    const headers = { "content-type": "application/x-amz-json-1.0" };
    if (answer.status === 400) return { status: answer.status, headers, body: awsMessage(answer.body) };
    return {
      status: answer.status,
      headers,
      body: answer.body.includes(this.options.engine().arnPrefix) ? this.ownArns(answer.body.toString()) : answer.body,
    };
  }

  private handleStreams(request: AwsRequest, input: Readonly<Record<string, unknown>>): AwsResponse {
    const resourceArn = streamOf(request.action, input) ?? "*";
    this.options.access.check({ principal: request.principal, action: `dynamodb:${request.action}`, resourceArn });
    return jsonAnswer(answerStreams(this.options.streams, request.action, input));
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
