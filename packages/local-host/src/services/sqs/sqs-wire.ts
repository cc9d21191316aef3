import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import { assertMessageAttributes } from "./message-attributes";
import type { NewMessage, SentMessage } from "./new-message";
import { type MessageAttributes, messageSize, type SqsMessage } from "./sqs-message";

/** Shapes of the SQS API, and what they are in this host. */
const attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

const attributes = z.record(z.string(), attribute);

const message = z.object({
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: attributes.optional(),
  MessageSystemAttributes: attributes.optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
});

/**
 * A schema is made once, not for each request: the first parse by it compiles it, which takes a millisecond.
 *
 * @throws AwsError naming the parameter that is wrong
 */
export const parameters = <Schema extends z.ZodObject>(
  schema: Schema,
  input: Readonly<Record<string, unknown>>,
): z.output<Schema> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join(".") ?? "";
  if (input[String(issue?.path[0])] === undefined) {
    throw new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);
  }
  throw new AwsError(
    "InvalidParameterValue",
    `Value ${JSON.stringify(input[String(issue?.path[0])])} for parameter ${name} is invalid. Reason: ${issue?.message ?? ""}`,
  );
};

/** @param code the service's error code for an attribute that is not valid */
export const messageAttributes = (
  wire: z.output<typeof attributes>,
  code = "InvalidParameterValue",
): MessageAttributes => {
  const read = Object.fromEntries(
    Object.entries(wire).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
      },
    ]),
  );
  assertMessageAttributes(read, code);
  return read;
};

export const newMessage = (input: Readonly<Record<string, unknown>>): NewMessage => {
  const wire = parameters(message, input);
  const trace = wire.MessageSystemAttributes?.["AWSTraceHeader"]?.StringValue;
  return {
    body: wire.MessageBody,
    attributes: messageAttributes(wire.MessageAttributes ?? {}),
    ...(wire.DelaySeconds === undefined ? {} : { delaySeconds: wire.DelaySeconds }),
    ...(wire.MessageGroupId === undefined ? {} : { groupId: wire.MessageGroupId }),
    ...(wire.MessageDeduplicationId === undefined ? {} : { deduplicationId: wire.MessageDeduplicationId }),
    ...(trace === undefined ? {} : { traceHeader: trace }),
  };
};

const batchEntry = z.object({ MessageBody: z.string().default(""), MessageAttributes: attributes.optional() });

/** Bytes of an entry's message with its attributes; those of what has another form count as none. */
export const entrySize = (entry: Readonly<Record<string, unknown>>): number => {
  const { data } = batchEntry.safeParse(entry);
  if (data === undefined) return 0;
  const wire = Object.entries(data.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    { dataType: DataType, stringValue: StringValue ?? "", binaryValue: BinaryValue ?? "" },
  ]);
  return messageSize(data.MessageBody, Object.fromEntries(wire));
};

export const sentOnWire = ({ messageId, md5OfBody, md5OfAttributes, sequenceNumber }: SentMessage) => ({
  MessageId: messageId,
  MD5OfMessageBody: md5OfBody,
  ...(md5OfAttributes === undefined ? {} : { MD5OfMessageAttributes: md5OfAttributes }),
  ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
});

const wanted = (names: readonly string[], name: string): boolean =>
  names.some(
    (each) =>
      each === "All" || each === ".*" || each === name || (each.endsWith(".*") && name.startsWith(each.slice(0, -2))),
  );

/** A received message with those attributes that the receiver asked for. */
export const receivedOnWire = (
  received: SqsMessage,
  systemNames: readonly string[],
  attributeNames: readonly string[],
) => {
  const system = Object.entries(received.attributes).filter(([name]) => wanted(systemNames, name));
  const own = Object.entries(received.messageAttributes).filter(([name]) => wanted(attributeNames, name));
  return {
    MessageId: received.messageId,
    ReceiptHandle: received.receiptHandle,
    MD5OfBody: received.md5OfBody,
    Body: received.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(own.length === 0
      ? {}
      : {
          MD5OfMessageAttributes: received.md5OfMessageAttributes,
          MessageAttributes: Object.fromEntries(
            own.map(([name, { dataType, stringValue, binaryValue }]) => [
              name,
              { DataType: dataType, StringValue: stringValue, BinaryValue: binaryValue },
            ]),
          ),
        }),
  };
};
