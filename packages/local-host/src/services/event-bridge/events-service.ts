import * as z from "zod";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { type JsonObject, parseJsonObject } from "../../kernel/endpoint/json-object";
import { jsonService } from "../../kernel/endpoint/json-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import { type Archive, type Bus, busNameOf, type Rule } from "./bus-topology";
import type { EventArchive } from "./event-archive";
import type { EventBuses } from "./event-buses";
import { matchesPattern, parseEventPattern } from "./event-pattern";
import type { EventReplays } from "./event-replays";
import { putEvents } from "./put-events";

export interface EventsServiceParts {
  readonly context: HostContext;
  readonly buses: EventBuses;
  readonly archive: EventArchive;
  readonly replays: EventReplays;
}

type Action = (parts: EventsServiceParts, input: unknown, principal: Principal) => unknown;

const read = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError("ValidationException", z.prettifyError(parsed.error));
};

const allowed = ({ context }: EventsServiceParts, principal: Principal, action: string, resourceArn: string): void =>
  context.access.check({ principal, action: `events:${action}`, resourceArn });

const missing = (what: string, name: string): AwsError =>
  new AwsError("ResourceNotFoundException", `${what} ${name} does not exist.`);

const ruleIdentity = z.object({ Name: z.string(), EventBusName: z.string().optional() });

const findRule = ({ buses }: EventsServiceParts, name: string, busName: string | undefined): Rule => {
  const bus = busNameOf(busName);
  const rule = buses.topology.rules.find((candidate) => candidate.name === name && candidate.busName === bus);
  if (rule === undefined) throw missing("Rule", `${name} on EventBus ${bus}`);
  return rule;
};

const busAnswer = ({ name, arn, description }: Bus) => ({ Name: name, Arn: arn, Description: description });

const busDetails = (bus: Bus) => ({
  ...busAnswer(bus),
  ...(bus.key === undefined ? {} : { KmsKeyIdentifier: bus.key }),
  ...(bus.deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: bus.deadLetterArn } }),
});

const ruleAnswer = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventBusName: rule.busName,
  State: rule.enabled ? "ENABLED" : "DISABLED",
  Description: rule.description,
  EventPattern: rule.patternText,
  ScheduleExpression: rule.scheduleExpression,
});

const targetAnswer = (target: Rule["targets"][number]) => ({
  Id: target.id,
  Arn: target.arn,
  RoleArn: target.roleArn,
  Input: target.input,
  InputPath: target.inputPath,
  InputTransformer: target.inputTransformer && {
    InputPathsMap: target.inputTransformer.inputPaths,
    InputTemplate: target.inputTransformer.inputTemplate,
  },
  DeadLetterConfig: target.deadLetterArn && { Arn: target.deadLetterArn },
  SqsParameters: target.messageGroupId && { MessageGroupId: target.messageGroupId },
  RetryPolicy:
    target.maximumRetryAttempts === undefined && target.maximumEventAgeInSeconds === undefined
      ? undefined
      : {
          MaximumRetryAttempts: target.maximumRetryAttempts,
          MaximumEventAgeInSeconds: target.maximumEventAgeInSeconds,
        },
});

const archiveAnswer = ({ archive }: EventsServiceParts, { name, busArn, retentionDays }: Archive) => {
  const { events, bytes } = archive.statistics(name);
  return {
    ArchiveName: name,
    EventSourceArn: busArn,
    State: "ENABLED",
    RetentionDays: retentionDays,
    SizeBytes: bytes,
    EventCount: events,
  };
};

const eventFrom = (json: string): JsonObject => {
  const event = parseJsonObject(json);
  if (event !== undefined) return event;
  throw new AwsError("ValidationException", "Parameter Event is not valid. Reason: it must be a JSON object.");
};

const actions: Readonly<Record<string, Action>> = {
  PutEvents: ({ context, buses }, input, principal) => putEvents(context, buses, principal, input),
  DescribeEventBus: (parts, input, principal) => {
    const { Name } = read(z.object({ Name: z.string().optional() }), input);
    const bus = parts.buses.bus(busNameOf(Name));
    if (bus === undefined) throw missing("Event bus", busNameOf(Name));
    allowed(parts, principal, "DescribeEventBus", bus.arn);
    return busDetails(bus);
  },
  ListEventBuses: (parts, _input, principal) => {
    allowed(parts, principal, "ListEventBuses", "*");
    return { EventBuses: parts.buses.topology.buses.map(busAnswer) };
  },
  ListRules: (parts, input, principal) => {
    const schema = z.object({ EventBusName: z.string().optional(), NamePrefix: z.string().default("") });
    const { EventBusName, NamePrefix } = read(schema, input);
    const bus = busNameOf(EventBusName);
    if (parts.buses.bus(bus) === undefined) throw missing("Event bus", bus);
    allowed(parts, principal, "ListRules", "*");
    const rules = parts.buses.topology.rules.filter(
      ({ busName, name }) => busName === bus && name.startsWith(NamePrefix),
    );
    return { Rules: rules.map(ruleAnswer) };
  },
  DescribeRule: (parts, input, principal) => {
    const { Name, EventBusName } = read(ruleIdentity, input);
    const rule = findRule(parts, Name, EventBusName);
    allowed(parts, principal, "DescribeRule", rule.arn);
    return ruleAnswer(rule);
  },
  ListTargetsByRule: (parts, input, principal) => {
    const schema = z.object({ Rule: z.string(), EventBusName: z.string().optional() });
    const { Rule: name, EventBusName } = read(schema, input);
    const rule = findRule(parts, name, EventBusName);
    allowed(parts, principal, "ListTargetsByRule", rule.arn);
    return { Targets: rule.targets.map(targetAnswer) };
  },
  TestEventPattern: (_parts, input) => {
    const { EventPattern, Event } = read(z.object({ EventPattern: z.string(), Event: z.string() }), input);
    return { Result: matchesPattern(parseEventPattern(EventPattern), eventFrom(Event)) };
  },
  ListArchives: (parts, _input, principal) => {
    allowed(parts, principal, "ListArchives", "*");
    return { Archives: parts.buses.topology.archives.map((archive) => archiveAnswer(parts, archive)) };
  },
  DescribeArchive: (parts, input, principal) => {
    const { ArchiveName } = read(z.object({ ArchiveName: z.string() }), input);
    const archive = parts.buses.topology.archives.find(({ name }) => name === ArchiveName);
    if (archive === undefined) throw missing("Archive", ArchiveName);
    allowed(parts, principal, "DescribeArchive", archive.arn);
    return { ArchiveArn: archive.arn, ...archiveAnswer(parts, archive) };
  },
  StartReplay: (parts, input, principal) => {
    const { EventSourceArn } = read(z.object({ EventSourceArn: z.string() }), input);
    allowed(parts, principal, "StartReplay", EventSourceArn);
    return parts.replays.start(input);
  },
  DescribeReplay: (parts, input, principal) => {
    const { ReplayName } = read(z.object({ ReplayName: z.string() }), input);
    const replay = parts.replays.describe(ReplayName);
    allowed(parts, principal, "DescribeReplay", replay.ReplayArn);
    return replay;
  },
};

/** EventBridge's API, as far as it serves a program that is declared already. */
export const eventsService = (parts: EventsServiceParts): ActionService =>
  jsonService(
    "events",
    ["AWSEvents"],
    Object.fromEntries(
      Object.entries(actions).map(([name, perform]) => [name, (input, principal) => perform(parts, input, principal)]),
    ),
  );
