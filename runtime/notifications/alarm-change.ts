import * as z from "zod";

const alarmStateSchema = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]);

/**
 * What CloudWatch publishes when an alarm changes its state, as far as people need it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export const alarmChangeSchema = z.object({
  AlarmName: z.string().min(1),
  AlarmDescription: z.string().nullish(),
  NewStateValue: alarmStateSchema,
  OldStateValue: alarmStateSchema,
  NewStateReason: z.string(),
  /** 2026-01-31T12:00:00.000+0000 */
  StateChangeTime: z.string(),
});

export type AlarmChange = Readonly<z.infer<typeof alarmChangeSchema>>;

/** A new alarm starts in INSUFFICIENT_DATA and goes to OK with its first data point: that is not reported. */
export const isNews = ({ OldStateValue, NewStateValue }: AlarmChange): boolean =>
  NewStateValue === "ALARM" || OldStateValue === "ALARM";
