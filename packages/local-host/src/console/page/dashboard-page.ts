import {
  type DashboardNow,
  type DashboardPicture,
  dashboardMinutes,
  defaultMinutes,
  type ShownWidget,
  type WidgetBox,
} from "../dashboard-data";
import { alarmWidget } from "./alarm-widget";
import { byId, element, setText } from "./element";
import { graphWidget } from "./graph-widget";
import { getJson, whileVisible } from "./live";
import { markdownNodes } from "./markdown-nodes";
import type { PageWidget } from "./page-widget";
import { valuesWidget } from "./values-widget";

const rangeWords: Readonly<Record<number, string>> = { 15: "15 min", 60: "1 h", 180: "3 h" };

const start = async (): Promise<void> => {
  const name = decodeURIComponent(window.location.pathname.split("/").at(-1) ?? "");
  const query = `name=${encodeURIComponent(name)}`;
  document.title = name;
  setText(byId("name"), name);
  const { stack, widgets } = await getJson<DashboardPicture>(`/dashboard?${query}`);
  setText(byId("stack"), stack);
  const shown = widgets.map(widgetOf);
  byId("main").append(...widgets.map((widget, index) => boxed(widget, shown[index]?.content ?? [])));

  const refresh = async (): Promise<void> => {
    const now = await getJson<DashboardNow>(`/dashboard-now?${query}&minutes=${range()}`);
    for (const [index, widget] of shown.entries()) widget.update?.(now, index);
    document.body.classList.add("ready");
  };
  const range = rangePicker(() => void refresh());
  whileVisible(5_000, refresh, (went) => setText(byId("connection"), went ? "live" : "the host does not answer"));
};

const widgetOf = (widget: ShownWidget): PageWidget => {
  switch (widget.kind) {
    case "text":
      return { content: [element("div", { class: "markdown" }, ...markdownNodes(widget.markdown))] };
    case "graph":
      return graphWidget(widget);
    case "values":
      return valuesWidget(widget);
    case "alarms":
      return alarmWidget(widget);
    case "not drawn":
      return {
        content: [
          element("h2", {}, widget.title),
          element("p", { class: "warn" }, "Not drawn here"),
          element("p", { class: "dim" }, widget.why),
        ],
      };
  }
};

/** At its place on the grid, as CloudWatch has it; on a narrow screen in its sequence. */
const boxed = (widget: ShownWidget, content: readonly HTMLElement[]): HTMLElement => {
  const box = element("section", { class: `widget ${widget.kind.replace(" ", "-")}` }, ...content);
  const { x, y, width, height }: WidgetBox = widget;
  const place = { "from-column": x === undefined ? "auto" : x + 1, "from-row": y === undefined ? "auto" : y + 1 };
  for (const [property, value] of Object.entries({ ...place, columns: width, rows: height })) {
    box.style.setProperty(`--${property}`, String(value));
  }
  return box;
};

/** The range is in the address, so that a reload keeps it. */
const rangePicker = (changed: () => void): (() => number) => {
  const address = new URL(window.location.href);
  const asked = Number(address.searchParams.get("minutes"));
  let range: number = dashboardMinutes.find((each) => each === asked) ?? defaultMinutes;
  for (const minutes of dashboardMinutes) {
    const radio = element("input", { type: "radio", name: "range", value: minutes, checked: minutes === range });
    radio.addEventListener("change", () => {
      range = minutes;
      address.searchParams.set("minutes", String(minutes));
      window.history.replaceState(null, "", address);
      changed();
    });
    byId("range").append(element("label", {}, radio, rangeWords[minutes] ?? `${minutes} min`));
  }
  return () => range;
};

start().catch((error: unknown) => {
  document.body.classList.add("ready");
  setText(byId("connection"), error instanceof Error ? error.message : String(error));
});
