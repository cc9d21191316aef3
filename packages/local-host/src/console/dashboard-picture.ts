import type { HostedDashboard, WidgetContent } from "../services/cloudwatch/hosted-dashboard";
import type { MetricsHost } from "../services/cloudwatch/metrics-host";
import type {
  DashboardNow,
  DashboardPicture,
  GraphNow,
  ShownAlarm,
  ShownThreshold,
  ShownWidget,
} from "./dashboard-data";

type MetricContent = Extract<WidgetContent, { kind: "metric" }>;
type AlarmContent = Extract<WidgetContent, { kind: "alarm" }>;
type Alarms = Pick<MetricsHost, "alarms" | "compositeAlarms">;

/** What of a dashboard stays as it is. */
export const dashboardPicture = ({ widgets }: HostedDashboard, stack: string): DashboardPicture => ({
  stack,
  widgets: widgets.map(({ place, content }): ShownWidget => ({ ...place, ...shown(content) })),
});

type Shown<Each = ShownWidget> = Each extends ShownWidget ? Omit<Each, "x" | "y" | "width" | "height"> : never;

const shown = (content: WidgetContent): Shown => {
  switch (content.kind) {
    case "text":
    case "not drawn":
      return content;
    case "alarm": {
      const { title = "", states = [] } = content.properties;
      return { kind: "alarms", title, only: states };
    }
    case "metric":
      return shownMetric(content);
  }
};

const shownMetric = (content: MetricContent): Shown => {
  const { title = "", view, yAxis, annotations } = content.properties;
  const lines = visible(content).map(({ label, right, color }) => ({ label, right, color }));
  if (view !== "timeSeries") {
    return { kind: "values", title, lines, ...(view !== "singleValue" && { drawnThere: view }) };
  }
  const thresholds = (annotations?.horizontal ?? [])
    .flat()
    .filter((each) => each.visible !== false)
    .map(
      ({ value, label = "", color, yAxis: side }): ShownThreshold => ({ value, label, color, right: side === "right" }),
    );
  return { kind: "graph", title, lines, left: yAxis?.left ?? {}, right: yAxis?.right ?? {}, thresholds };
};

const visible = ({ lines }: MetricContent) => lines.filter((line) => line.visible);

/** What of a dashboard changes: the data of the last minutes, and the states of alarms. */
export const dashboardNow = (
  alarms: Alarms,
  { widgets }: HostedDashboard,
  { now, minutes }: { readonly now: number; readonly minutes: number },
): DashboardNow => {
  const from = now - minutes * 60_000;
  return {
    now,
    from,
    widgets: widgets.map(({ content }) => {
      if (content.kind === "metric") return graphNow(content, from, now);
      return content.kind === "alarm" ? { alarms: alarmsNow(content, alarms) } : null;
    }),
  };
};

const graphNow = (content: MetricContent, from: number, now: number): GraphNow => {
  const points = visible(content).map(({ query, periodSeconds }) => {
    const value = content.queries.value(query.id);
    const period = periodSeconds * 1_000;
    const found = new Map<number, number>();
    for (let start = Math.floor(from / period) * period; start <= now; start += period) {
      const at = value(start, start + period);
      if (at !== undefined) found.set(start, at);
    }
    return found;
  });
  const times = [...new Set(points.flatMap((each) => [...each.keys()]))].sort((one, other) => one - other);
  return {
    times,
    values: points.map((each) => (each.size === 0 ? [] : times.map((time) => each.get(time) ?? null))),
  };
};

/** Those in the states that the widget is for, in its sequence. */
const alarmsNow = ({ properties }: AlarmContent, hosted: Alarms): readonly ShownAlarm[] => {
  const known = new Map([...hosted.compositeAlarms(), ...hosted.alarms()].map((each) => [each.definition.arn, each]));
  const { alarms, sortBy, states } = properties;
  const all = alarms.map((arn): ShownAlarm => {
    const alarm = known.get(arn);
    return { name: arn.split(":alarm:").at(-1) ?? arn, state: alarm?.state, since: alarm?.since };
  });
  const wanted = all.filter(({ state }) => states === undefined || (state !== undefined && states.includes(state)));
  return wanted.toSorted((one, other) =>
    sortBy === "default" ? one.name.localeCompare(other.name) : (other.since ?? 0) - (one.since ?? 0),
  );
};
