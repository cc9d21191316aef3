import * as z from "zod";

/*
 * What a dashboard shows, in CloudWatch's own grammar:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 * An object may have more properties than are named here: they make no difference to how it is drawn on this machine.
 */

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, "a colour is # with six hexadecimal digits, as #d62728");
const side = z.enum(["left", "right"]);
const period = z.int().refine((seconds) => seconds % 60 === 0 || [1, 5, 10, 30].includes(seconds), {
  message: "a period is 1, 5, 10, 30 or a multiple of 60 seconds",
});

const lineOptions = z.object({
  id: z
    .string()
    .regex(/^[a-z]\w*$/, "an id begins with a lower-case letter")
    .optional(),
  expression: z.string().optional(),
  label: z.string().optional(),
  stat: z.string().optional(),
  period: period.optional(),
  color: colour.optional(),
  yAxis: side.optional(),
  visible: z.boolean().optional(),
});

/** Namespace, metric, names and values of dimensions in turn, then options; or the options alone for an expression. */
const line = z.array(z.union([z.string(), lineOptions])).min(1);

const axis = z.object({ min: z.number().optional(), max: z.number().optional(), label: z.string().optional() });
const threshold = z.object({
  value: z.number(),
  label: z.string().optional(),
  color: colour.optional(),
  yAxis: side.optional(),
  visible: z.boolean().optional(),
});

const title = z.string().optional();

const textProperties = z.object({ markdown: z.string() });

const metricProperties = z
  .object({
    title,
    region: z.string(),
    metrics: z.array(line).min(1).max(500).optional(),
    view: z.enum(["timeSeries", "singleValue", "gauge", "bar", "pie", "table"]).default("timeSeries"),
    stat: z.string().default("Average"),
    period: period.default(300),
    yAxis: z.object({ left: axis.optional(), right: axis.optional() }).optional(),
    annotations: z
      .object({
        // Two of them are the edges of a band.
        horizontal: z.array(z.union([threshold, z.array(threshold).length(2)])).optional(),
        alarms: z.array(z.string()).optional(),
      })
      .optional(),
  })
  .refine(({ metrics, annotations }) => metrics !== undefined || annotations?.alarms !== undefined, {
    path: ["metrics"],
    message: "a metric widget has metrics, or the alarm that it shows in annotations",
  });

const alarmState = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]);
const alarmProperties = z.object({
  title,
  alarms: z.array(z.string()).min(1).max(100),
  sortBy: z.enum(["default", "stateUpdatedTimestamp", "timestamp"]).default("default"),
  states: z.array(alarmState).optional(),
});

const place = {
  x: z.int().min(0).max(23).optional(),
  y: z.int().min(0).optional(),
  width: z.int().min(1).max(24).default(6),
  height: z.int().min(1).max(1000).default(6),
};

/** A widget of a kind that is not drawn here: its properties are CloudWatch's affair. */
const otherWidget = z.object({
  ...place,
  type: z.string().min(1),
  properties: z.looseObject({ title }).default({}),
});

const drawnWidget = z.discriminatedUnion("type", [
  z.object({ ...place, type: z.literal("text"), properties: textProperties }),
  z.object({ ...place, type: z.literal("metric"), properties: metricProperties }),
  z.object({ ...place, type: z.literal("alarm"), properties: alarmProperties }),
]);

const drawnTypes = ["text", "metric", "alarm"];

export type DrawnWidget = z.output<typeof drawnWidget>;
export type OtherWidget = z.output<typeof otherWidget>;
export type MetricWidget = Extract<DrawnWidget, { type: "metric" }>;
export type AlarmWidget = Extract<DrawnWidget, { type: "alarm" }>;
export type BodyWidget = { readonly drawn: DrawnWidget } | { readonly other: OtherWidget };

const body = z.object({ widgets: z.array(z.unknown()).max(500) });

/** What PutDashboard says of one fault: where it is, and what is wrong. */
export interface DashboardValidationMessage {
  readonly DataPath: string;
  readonly Message: string;
}

/** A dashboard's body that CloudWatch would refuse; the message has every fault. */
export class InvalidDashboard extends Error {
  override readonly name = "InvalidParameterInput";
  readonly messages: readonly DashboardValidationMessage[];

  constructor(messages: readonly DashboardValidationMessage[]) {
    const all = messages.map(({ DataPath, Message }) => `${DataPath || "/"}: ${Message}`).join("; ");
    super(`InvalidParameterInput: the dashboard body is invalid, as PutDashboard would say: ${all}`);
    this.messages = messages;
  }
}

/**
 * Reads the body of a dashboard.
 *
 * @throws InvalidDashboard for what is not JSON, or no widget as CloudWatch knows them
 */
export const readDashboardBody = (text: string): readonly BodyWidget[] => {
  const parsed = body.safeParse(jsonOf(text));
  if (!parsed.success) throw new InvalidDashboard(messagesOf(parsed.error, []));
  const read = parsed.data.widgets.map((widget, index) => readWidget(widget, index));
  const faults = read.flatMap((each) => ("faults" in each ? each.faults : []));
  if (faults.length > 0) throw new InvalidDashboard(faults);
  return read.flatMap((each) => ("faults" in each ? [] : [each]));
};

const readWidget = (
  widget: unknown,
  index: number,
): BodyWidget | { readonly faults: readonly DashboardValidationMessage[] } => {
  const other = otherWidget.safeParse(widget);
  const kind = z.object({ type: z.string() }).safeParse(widget).data?.type;
  if (kind === undefined || !drawnTypes.includes(kind)) {
    return other.success ? { other: other.data } : { faults: messagesOf(other.error, ["widgets", index]) };
  }
  const drawn = drawnWidget.safeParse(widget);
  return drawn.success ? { drawn: drawn.data } : { faults: messagesOf(drawn.error, ["widgets", index]) };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidDashboard([
      { DataPath: "", Message: `The field DashboardBody must be a valid JSON object: ${why}` },
    ]);
  }
};

const messagesOf = (error: z.ZodError, under: readonly (string | number)[]): readonly DashboardValidationMessage[] =>
  error.issues.map(({ path, message }) => ({
    DataPath: [...under, ...path].map((part) => `/${String(part)}`).join(""),
    Message: message,
  }));
