import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { isJsonObject } from "../../kernel/endpoint/json-object";
import { callAction, jsonAnswer, jsonInput } from "../../kernel/endpoint/json-service";
import type { Principal } from "../../kernel/endpoint/principal";
import { queryAnswer, queryInput, XmlMap } from "../../kernel/endpoint/query-protocol";
import { eachEntry } from "../sqs/sqs-batch";
import { messageAttributes, parameters } from "../sqs/sqs-wire";
import type { Publication, Topics } from "./topics";

type Input = Readonly<Record<string, unknown>>;
type Action = (input: Input, principal: Principal) => unknown;

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

const attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const pairs = z.record(z.string(), z.string());

const publishSchema = z.object({
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: z.record(z.string(), attribute).optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
});
const topicSchema = z.object({ TopicArn: z.string() });
const createTopicSchema = z.object({ Name: z.string().regex(/^[\w-]{1,256}(\.fifo)?$/), Attributes: pairs.optional() });
const topicAttributeSchema = z.object({ AttributeName: z.string(), AttributeValue: z.string().default("") });
const subscribeSchema = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  Attributes: pairs.optional(),
});
const subscriptionSchema = z.object({ SubscriptionArn: z.string() });
const subscriptionAttributeSchema = subscriptionSchema.extend(topicAttributeSchema.shape);

/**
 * With `MessageStructure: "json"` the message is an object of one text per protocol, and `default`; a key whose value is
 * not text is ignored. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const structured = (message: string): Pick<Publication, "body" | "bodyFor"> => {
  const refuse = (reason: string) =>
    new AwsError("InvalidParameter", `Invalid parameter: Message Structure - ${reason}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw refuse("JSON message body failed to parse");
  }
  const bodyFor = Object.fromEntries(
    Object.entries(isJsonObject(parsed) ? parsed : {}).flatMap(([protocol, text]) =>
      typeof text === "string" ? [[protocol, text]] : [],
    ),
  );
  const body = bodyFor["default"];
  if (body === undefined) throw refuse("No default entry in JSON message body");
  return { body, bodyFor };
};

const publicationFrom = (input: Input): Publication => {
  const wire = parameters(publishSchema, input);
  return {
    ...(wire.MessageStructure === "json" ? structured(wire.Message) : { body: wire.Message }),
    // The code that the SDKs know as InvalidParameterValueException.
    attributes: messageAttributes(wire.MessageAttributes ?? {}, "ParameterValueInvalid"),
    ...(wire.Subject === undefined ? {} : { subject: wire.Subject }),
    ...(wire.MessageGroupId === undefined ? {} : { groupId: wire.MessageGroupId }),
    ...(wire.MessageDeduplicationId === undefined ? {} : { deduplicationId: wire.MessageDeduplicationId }),
  };
};

const topicArnIn = (input: Input): string => {
  if (input["PhoneNumber"] !== undefined) {
    throw new AwsError("InvalidParameter", "Invalid parameter: PhoneNumber: the local host sends no text messages");
  }
  return parameters(topicSchema, { TopicArn: input["TopicArn"] ?? input["TargetArn"] }).TopicArn;
};

const publishActions = (topics: Topics): Readonly<Record<string, Action>> => ({
  Publish: async (input, principal) => {
    const { messageId } = await topics.publish(principal, topicArnIn(input), publicationFrom(input));
    return { MessageId: messageId };
  },
  PublishBatch: (input, principal) => {
    const topicArn = topicArnIn(input);
    topics.check(principal, "Publish", topicArn);
    topics.topic(topicArn);
    const entries = input["PublishBatchRequestEntries"];
    // An entry whose form is not valid fails the batch; what a topic refuses fails alone.
    if (Array.isArray(entries)) for (const entry of entries) if (isJsonObject(entry)) publicationFrom(entry);
    return eachEntry(entries, { entry: "PublishBatchRequestEntries.member" }, async (entry) => {
      const { messageId } = await topics.publish(principal, topicArn, publicationFrom(entry));
      return { MessageId: messageId };
    });
  },
});

const topicActions = (topics: Topics): Readonly<Record<string, Action>> => ({
  CreateTopic: (input, principal) => {
    const { Name, Attributes } = parameters(createTopicSchema, input);
    const arn = topics.arnOf(Name);
    topics.check(principal, "CreateTopic", arn);
    if (!topics.list().some((topic) => topic.arn === arn)) {
      topics.provision(Name, Attributes ?? {}, false);
      topics.keep();
    }
    return { TopicArn: arn };
  },
  DeleteTopic: (input, principal) => {
    const arn = topicArnIn(input);
    topics.check(principal, "DeleteTopic", arn);
    topics.removeTopic(arn);
  },
  ListTopics: (_, principal) => {
    topics.check(principal, "ListTopics", "*");
    return { Topics: topics.list().map(({ arn }) => ({ TopicArn: arn })) };
  },
  GetTopicAttributes: (input, principal) => {
    const topic = topics.topic(topicArnIn(input));
    topics.check(principal, "GetTopicAttributes", topic.arn);
    const confirmed = String(topics.subscriptionsOf(topic.arn).length);
    return {
      Attributes: new XmlMap({
        TopicArn: topic.arn,
        DisplayName: "",
        SubscriptionsConfirmed: confirmed,
        SubscriptionsPending: "0",
        SubscriptionsDeleted: "0",
        ...topic.attributes,
      }),
    };
  },
  SetTopicAttributes: (input, principal) => {
    const topic = topics.topic(topicArnIn(input));
    topics.check(principal, "SetTopicAttributes", topic.arn);
    const { AttributeName, AttributeValue } = parameters(topicAttributeSchema, input);
    topics.setTopicAttribute(topic, AttributeName, AttributeValue);
    if (AttributeName === "Policy") topics.setPolicy(topic.arn, AttributeValue);
  },
});

const onWire = ({ arn, topicArn, protocol, endpoint }: ReturnType<Topics["subscription"]>) => ({
  SubscriptionArn: arn,
  Owner: topicArn.split(":")[4],
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

const subscriptionActions = (topics: Topics): Readonly<Record<string, Action>> => ({
  Subscribe: (input, principal) => {
    const { TopicArn, Protocol, Endpoint, Attributes } = parameters(subscribeSchema, input);
    topics.check(principal, "Subscribe", TopicArn);
    const same = topics
      .subscriptionsOf(TopicArn)
      .find(({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint);
    if (same !== undefined) return { SubscriptionArn: same.arn };
    const arn = `${TopicArn}:${randomUUID()}`;
    topics.subscribe({
      arn,
      topicArn: TopicArn,
      protocol: Protocol,
      endpoint: Endpoint,
      attributes: Attributes ?? {},
      declared: false,
    });
    topics.keep();
    return { SubscriptionArn: arn };
  },
  Unsubscribe: (input, principal) => {
    const { SubscriptionArn } = parameters(subscriptionSchema, input);
    topics.check(principal, "Unsubscribe", topics.subscription(SubscriptionArn).topicArn);
    topics.unsubscribe(SubscriptionArn);
  },
  ListSubscriptions: (_, principal) => {
    topics.check(principal, "ListSubscriptions", "*");
    return { Subscriptions: topics.subscriptionsOf().map(onWire) };
  },
  ListSubscriptionsByTopic: (input, principal) => {
    const topic = topics.topic(topicArnIn(input));
    topics.check(principal, "ListSubscriptionsByTopic", topic.arn);
    return { Subscriptions: topics.subscriptionsOf(topic.arn).map(onWire) };
  },
  GetSubscriptionAttributes: (input, principal) => {
    const subscription = topics.subscription(parameters(subscriptionSchema, input).SubscriptionArn);
    topics.check(principal, "GetSubscriptionAttributes", subscription.topicArn);
    const { SubscriptionArn, Owner = "", ...rest } = onWire(subscription);
    return {
      Attributes: new XmlMap({
        SubscriptionArn,
        Owner,
        ...rest,
        PendingConfirmation: "false",
        ...subscription.attributes,
      }),
    };
  },
  SetSubscriptionAttributes: (input, principal) => {
    const { SubscriptionArn, AttributeName, AttributeValue } = parameters(subscriptionAttributeSchema, input);
    const subscription = topics.subscription(SubscriptionArn);
    topics.check(principal, "SetSubscriptionAttributes", subscription.topicArn);
    topics.subscribe({ ...subscription, attributes: { ...subscription.attributes, [AttributeName]: AttributeValue } });
    topics.keep();
  },
});

/** What other services call an access denied, SNS calls an authorization error. */
const authorized = async <Result>(act: () => Promise<Result>): Promise<Result> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AwsError && error.name.startsWith("AccessDenied")) {
      throw new AwsError("AuthorizationError", error.message, 403);
    }
    throw error;
  }
};

/** SNS speaks the query protocol over HTTP; JSON is answered too. */
export const snsService = (topics: Topics): ActionService => {
  const actions: Readonly<Record<string, Action>> = {
    ...publishActions(topics),
    ...topicActions(topics),
    ...subscriptionActions(topics),
  };
  const call: ActionService["call"] = (of) => authorized(() => callAction("sns", actions, of));
  return {
    service: "sns",
    call,
    handle: async ({ action, body, headers, principal }) => {
      const json = headers["content-type"]?.includes("json") === true;
      const output = await call({ principal, action, input: json ? jsonInput(body) : queryInput(body) });
      if (json) return jsonAnswer(output);
      return { status: 200, headers: { "content-type": "text/xml" }, body: queryAnswer(action, output, namespace) };
    },
  };
};
