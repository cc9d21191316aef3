import type { AlarmNow, AlarmState, DeclaredAlarm } from "../console-data";
import { byId, element, setText } from "./element";
import { duration } from "./figures";

const rank: Readonly<Record<AlarmState, number>> = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 };
const words: Readonly<Record<AlarmState, string>> = { ALARM: "in alarm", INSUFFICIENT_DATA: "no data", OK: "OK" };
const classes: Readonly<Record<AlarmState, string>> = { ALARM: "bad", INSUFFICIENT_DATA: "dim", OK: "good" };

/** The alarms, those that are on first; says aloud when one goes on or off. */
export const alarmList = (declared: readonly DeclaredAlarm[]) => {
  const body = byId("alarms");
  const summary = byId("alarm-summary");
  const announcement = byId("announcement");
  const all = byId<HTMLInputElement>("all-alarms");
  let before: readonly AlarmState[] | undefined;
  let shown = "";

  const rowOf = (alarm: DeclaredAlarm, { state, reason, since }: AlarmNow): HTMLElement => {
    const time = new Date(since).toLocaleTimeString();
    const described = alarm.description === "" ? [] : [element("p", {}, ...linked(alarm.description))];
    return element(
      "li",
      { class: `alarm-row ${state.toLowerCase()}` },
      element("span", { class: `state ${classes[state]}` }, words[state]),
      element(
        "div",
        {},
        element("strong", {}, alarm.name),
        ...(state === "ALARM" ? [...described, element("p", { class: "dim reason" }, reason ?? "")] : []),
      ),
      element(
        "time",
        { class: "dim", datetime: new Date(since).toISOString(), title: time },
        `for ${duration((Date.now() - since) / 1000)}`,
      ),
    );
  };

  const draw = (now: readonly AlarmNow[]): void => {
    const wanted = declared
      .map((alarm, index) => ({ alarm, now: now[index] }))
      .flatMap(({ alarm, now: present }) => (present === undefined ? [] : [{ alarm, now: present }]))
      .filter(({ now: { state } }) => all.checked || state === "ALARM")
      .toSorted((one, other) => rank[one.now.state] - rank[other.now.state]);
    body.replaceChildren(
      ...(wanted.length === 0
        ? [
            element(
              "li",
              { class: "dim nothing" },
              declared.length === 0 ? "The program declares no alarm." : "No alarm is on.",
            ),
          ]
        : wanted.map((each) => rowOf(each.alarm, each.now))),
    );
  };

  const update = (now: readonly AlarmNow[]): void => {
    const states = now.map(({ state }) => state);
    const on = states.filter((state) => state === "ALARM").length;
    setText(summary, on === 0 ? `${states.length} alarms, none on` : `${on} of ${states.length} alarms on`);
    summary.className = on === 0 ? "good" : "bad";
    const changed = states.flatMap((state, index) => {
      const was = before?.[index];
      const name = declared[index]?.name ?? "";
      return was === undefined || was === state || (state !== "ALARM" && was !== "ALARM")
        ? []
        : [`${name} is ${words[state]}`];
    });
    if (changed.length > 0) announcement.textContent = changed.join(". ");
    before = states;
    const key = JSON.stringify([
      all.checked,
      now.map(({ since, state }) => [state, since]),
      Math.floor(Date.now() / 30_000),
    ]);
    if (key === shown) return;
    shown = key;
    draw(now);
  };
  let last: readonly AlarmNow[] = [];
  all.addEventListener("change", () => draw(last));
  return {
    update: (now: readonly AlarmNow[]): void => {
      last = now;
      update(now);
    },
  };
};

/** A description's web addresses become links; all else stays text. */
const linked = (text: string): readonly (Node | string)[] =>
  text
    .split(/(https?:\/\/[^\s)]+)/)
    .map((part, index) =>
      index % 2 === 0 ? part : element("a", { href: part, rel: "noreferrer", target: "_blank" }, part),
    );
