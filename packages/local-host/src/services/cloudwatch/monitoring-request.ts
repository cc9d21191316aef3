import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import type { AlarmWatch } from "./alarm-watch";
import type { HostedDashboard } from "./hosted-dashboard";
import type { MetricStore } from "./metric-store";

export interface MonitoringParts {
  readonly context: HostContext;
  readonly store: MetricStore;
  readonly alarms: AlarmWatch;
  readonly dashboards: () => readonly HostedDashboard[];
}

export type MonitoringAction = (parts: MonitoringParts, input: unknown, principal: Principal) => unknown;

export const readRequest = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError("InvalidParameterValue", z.prettifyError(parsed.error));
};

export const checkMonitoring = (
  { context }: MonitoringParts,
  principal: Principal,
  action: string,
  more: { resourceArn?: string; context?: Readonly<Record<string, string>> } = {},
): void => context.access.check({ principal, action: `cloudwatch:${action}`, resourceArn: "*", ...more });

/** Seconds since the epoch, as the JSON protocol has times, in the years 1 to 9999; milliseconds here. */
export const time = z
  .number()
  .min(-62_135_596_800)
  .max(253_402_300_799)
  .transform((seconds) => seconds * 1000);
export const dimensionList = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform(
    (list): Readonly<Record<string, string>> => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])),
  );
export const dimensionsAnswer = (dimensions: Readonly<Record<string, string>>) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
