import type { AlarmState } from "../console-data";
import type { DashboardNow, ShownAlarm, ShownWidget } from "../dashboard-data";
import { element } from "./element";
import { duration } from "./figures";
import type { PageWidget } from "./page-widget";

const words: Readonly<Record<AlarmState, string>> = { ALARM: "in alarm", INSUFFICIENT_DATA: "no data", OK: "OK" };
const classes: Readonly<Record<AlarmState, string>> = { ALARM: "bad", INSUFFICIENT_DATA: "dim", OK: "good" };

/** The states of alarms as a list: of all, or of those in some states. */
export const alarmWidget = ({ title, only }: Extract<ShownWidget, { kind: "alarms" }>): PageWidget => {
  const list = element("ul", { class: "plain tiles", tabindex: "0", "aria-label": title || "Alarms" });
  const none = only.length === 0 ? "no alarm" : `no alarm is ${only.map((state) => words[state]).join(" or ")}`;
  let drawn = "";
  return {
    content: [element("h2", {}, title), list],
    update: ({ now, widgets }: DashboardNow, index: number): void => {
      const shown = widgets[index];
      if (shown === undefined || shown === null || !("alarms" in shown)) return;
      const key = JSON.stringify([shown.alarms, Math.floor(now / 30_000)]);
      if (key === drawn) return;
      drawn = key;
      const tiles = shown.alarms.map((alarm) => tile(alarm, now));
      list.replaceChildren(...(tiles.length > 0 ? tiles : [element("li", { class: "nothing good" }, none)]));
    },
  };
};

const tile = ({ name, state, since }: ShownAlarm, now: number): HTMLElement =>
  element(
    "li",
    { class: `tile ${state ?? "unknown"}` },
    element(
      "span",
      { class: `state ${state === undefined ? "warn" : classes[state]}` },
      state === undefined ? "not hosted here" : words[state],
    ),
    element("span", { class: "alarm-name" }, name),
    element("span", { class: "dim" }, since === undefined ? "" : `for ${duration(Math.max(0, now - since) / 1_000)}`),
  );
