import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import type { BusEvent } from "./bus-event";
import type { Archive, Bus, BusTopology, Rule } from "./bus-topology";
import type { DeliveryDispatcher } from "./delivery-dispatcher";
import type { DeliveryError } from "./delivery-error";
import type { DeliveryJournal, NewDelivery } from "./delivery-journal";
import {
  DEFAULT_EVENT_AGE_SECONDS,
  DEFAULT_RETRY_ATTEMPTS,
  type DeliveryMetric,
  type DeliveryTarget,
} from "./delivery-target";
import type { EventArchive } from "./event-archive";
import { matchesPattern } from "./event-pattern";
import { targetInput } from "./target-input";

/** AWS/Events metric of each step of a delivery. */
const METRICS: Readonly<Record<DeliveryMetric, readonly string[]>> = {
  attempted: ["InvocationAttempts"],
  retried: ["RetryInvocationAttempts"],
  delivered: ["Invocations", "SuccessfulInvocationAttempts"],
  failed: ["Invocations", "FailedInvocations"],
  "sent to dead letters": ["InvocationsSentToDlq"],
  "not sent to dead letters": ["InvocationsFailedToBeSentToDlq"],
};

const DEFAULT_BUS = "default";

interface AcceptOptions {
  /** Only to these rules, for a replay. */
  readonly ruleArns?: readonly string[] | undefined;
  /** X-Ray's tracing headers that events came with, by the events' ids. */
  readonly traceHeaders?: ReadonlyMap<string, string>;
}

export interface EventBusParts {
  readonly context: HostContext;
  readonly topology: BusTopology;
  readonly journal: DeliveryJournal;
  readonly dispatcher: DeliveryDispatcher;
  readonly archive: EventArchive;
}

/** Matches accepted events with rules, stores their deliveries, and sends them on their way. */
export class EventBuses {
  readonly topology: BusTopology;
  private readonly parts: EventBusParts;
  private readonly rulesByBus = new Map<string, Rule[]>();

  constructor(parts: EventBusParts) {
    this.parts = parts;
    this.topology = parts.topology;
    for (const bus of parts.topology.buses) parts.dispatcher.addTarget(this.unhandled(bus));
    for (const rule of parts.topology.rules) {
      for (const target of rule.targets) parts.dispatcher.addTarget(this.deliveryTarget(rule, target));
      if (rule.pattern === undefined || !rule.enabled) continue;
      const rules = this.rulesByBus.get(rule.busName) ?? [];
      rules.push(rule);
      this.rulesByBus.set(rule.busName, rules);
    }
  }

  bus(name: string): Bus | undefined {
    return this.topology.buses.find((bus) => bus.name === name);
  }

  /** Accepts events on a bus: when it returns, every delivery they cause is on disk. */
  accept(bus: Bus, events: readonly BusEvent[], { ruleArns, traceHeaders }: AcceptOptions = {}): void {
    const { archive, journal, dispatcher } = this.parts;
    if (this.keyRefusal(bus) !== undefined) {
      const acceptedAt = Date.now();
      const unhandled = events.map((event) => ({
        targetKey: bus.arn,
        event: JSON.stringify(event),
        acceptedAt,
      }));
      for (const delivery of journal.accept(unhandled)) dispatcher.dispatch(delivery);
      return;
    }
    const deliveries: NewDelivery[] = [];
    const archived: { archive: Archive; event: BusEvent; json: string }[] = [];
    for (const event of events) {
      const json = JSON.stringify(event);
      for (const rule of this.rulesByBus.get(bus.name) ?? []) {
        if (ruleArns !== undefined && !ruleArns.includes(rule.arn)) continue;
        if (rule.pattern !== undefined && matchesPattern(rule.pattern, event))
          deliveries.push(...this.trigger(rule, json, traceHeaders?.get(event.id)));
      }
      for (const taker of archive.archivesFor(bus.arn, event)) archived.push({ archive: taker, event, json });
    }
    if (deliveries.length === 0 && archived.length === 0) return;
    const accepted = journal.accept(deliveries, () => {
      for (const { archive: taker, event, json } of archived) archive.keep(taker, event, json);
    });
    for (const delivery of accepted) dispatcher.dispatch(delivery);
  }

  /** Sets off a rule by its schedule. */
  acceptScheduled(rule: Rule, event: BusEvent): void {
    for (const delivery of this.parts.journal.accept(this.trigger(rule, JSON.stringify(event)))) {
      this.parts.dispatcher.dispatch(delivery);
    }
  }

  private trigger(rule: Rule, json: string, traceHeader?: string): readonly NewDelivery[] {
    this.count(rule, "TriggeredRules");
    const acceptedAt = this.parts.context.clock.now();
    return rule.targets.map(({ id }) => ({ targetKey: keyOf(rule, id), event: json, acceptedAt, traceHeader }));
  }

  /**
   * Why a bus can neither take an event nor send one: its key is disabled.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html
   */
  private keyRefusal(bus: Bus | undefined): DeliveryError | undefined {
    const { keys } = this.parts.context.access;
    const key = keys?.find(bus?.key);
    if (key === undefined || keys?.isEnabled(key) !== false) return undefined;
    return { code: "SDK_CLIENT_ERROR", message: `DisabledException: ${key} is disabled.`, retriable: false };
  }

  /** Where the events go that a bus has accepted and cannot handle. PutEvents has answered success for them. */
  private unhandled(bus: Bus): DeliveryTarget {
    const principal = { kind: "service", service: "events.amazonaws.com", sourceArn: bus.arn } as const;
    return {
      key: bus.arn,
      arn: bus.arn,
      principal,
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: DEFAULT_EVENT_AGE_SECONDS,
      originAttributes: {},
      // An event of an earlier run goes there even if the key has been enabled since.
      refusal: () =>
        this.keyRefusal(bus) ?? { code: "SDK_CLIENT_ERROR", message: "Its key was disabled.", retriable: false },
      payload: (event) => event,
      count: () => undefined,
      ...(bus.deadLetterArn === undefined ? {} : { deadLetters: { arn: bus.deadLetterArn, principal } }),
    };
  }

  private deliveryTarget(rule: Rule, target: Rule["targets"][number]) {
    const asRule: Principal = { kind: "service", service: "events.amazonaws.com", sourceArn: rule.arn };
    return {
      key: keyOf(rule, target.id),
      arn: target.arn,
      principal:
        target.roleArn === undefined
          ? asRule
          : ({ kind: "role", roleArn: target.roleArn, actor: rule.arn } satisfies Principal),
      maximumRetryAttempts: target.maximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS,
      maximumEventAgeInSeconds: target.maximumEventAgeInSeconds ?? DEFAULT_EVENT_AGE_SECONDS,
      originAttributes: { RULE_ARN: rule.arn, TARGET_ARN: target.arn },
      refusal: () => this.keyRefusal(this.bus(rule.busName)),
      payload: (event: string) => targetInput(target, { ruleArn: rule.arn, ruleName: rule.name }, event),
      count: (metric: DeliveryMetric) => {
        for (const name of METRICS[metric]) this.count(rule, name);
      },
      ...(target.deadLetterArn === undefined ? {} : { deadLetters: { arn: target.deadLetterArn, principal: asRule } }),
      ...(target.messageGroupId === undefined ? {} : { messageGroupId: target.messageGroupId }),
    };
  }

  private count(rule: Rule, name: string): void {
    const dimensions: Record<string, string> = { RuleName: rule.name };
    if (rule.busName !== DEFAULT_BUS) dimensions["EventBusName"] = rule.busName;
    this.parts.context.calls.recordMetric("AWS/Events", name, dimensions, 1, "Count");
  }
}

const keyOf = (rule: Rule, targetId: string): string => `${rule.arn}/${targetId}`;
