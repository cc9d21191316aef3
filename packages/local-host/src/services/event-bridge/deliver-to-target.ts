import * as z from "zod";
import type { HostContext } from "../../kernel/host-context";
import type { DeliveryTarget } from "./delivery-target";

const busEventSchema = z.object({
  source: z.string(),
  "detail-type": z.string(),
  detail: z.record(z.string(), z.unknown()),
  resources: z.array(z.string()).default([]),
  time: z.iso.datetime({ offset: true }),
});

type Deliver = (context: HostContext, target: DeliveryTarget, payload: string, traceHeader?: string) => Promise<void>;

const toBus: Deliver = ({ calls }, { principal, arn, busEntry }, payload) => {
  if (busEntry !== undefined) return calls.putEvents(principal, arn, { ...busEntry, detail: payload });
  const event = busEventSchema.parse(JSON.parse(payload));
  return calls.putEvents(principal, arn, {
    source: event.source,
    detailType: event["detail-type"],
    detail: JSON.stringify(event.detail),
    resources: event.resources,
    time: new Date(event.time),
  });
};

const toLogGroup: Deliver = async ({ access, calls }, { principal, arn }, payload) => {
  access.check({ principal, action: "logs:PutLogEvents", resourceArn: `${arn.replace(/:\*$/, "")}:*` });
  calls.writeLog(arn.replace(/^.*?:log-group:/, "").replace(/:\*$/, ""), payload);
};

const byService: Readonly<Record<string, Deliver>> = {
  sqs: ({ calls }, { principal, arn, messageGroupId }, payload, traceHeader) =>
    calls.sendMessage(principal, arn, {
      body: payload,
      ...(messageGroupId === undefined ? {} : { groupId: messageGroupId }),
      ...(traceHeader === undefined ? {} : { traceHeader }),
    }),
  sns: ({ calls }, { principal, arn }, payload) => calls.publish(principal, arn, { body: payload }),
  lambda: ({ calls }, { principal, arn }, payload) => calls.invokeFunctionAsync(principal, arn, JSON.parse(payload)),
  states: ({ calls }, { principal, arn }, payload) => calls.startExecution(principal, arn, JSON.parse(payload)),
  events: toBus,
  logs: toLogGroup,
};

/** Services whose resources can be targets here. */
export const targetServices: readonly string[] = Object.keys(byService);

const serviceOf = (arn: string): string => arn.split(":")[2] ?? "";

export const isSupportedTarget = (arn: string): boolean => Object.hasOwn(byService, serviceOf(arn));

/**
 * Hands one payload to a target: a queue, a topic, a function, a workflow, another bus or a log group. A queue's message has the
 * event's tracing header.
 */
export const deliverToTarget: Deliver = (context, target, payload, traceHeader) => {
  const deliver = byService[serviceOf(target.arn)];
  if (deliver === undefined) throw new Error(`no way to deliver to ${target.arn}`);
  return deliver(context, target, payload, traceHeader);
};
