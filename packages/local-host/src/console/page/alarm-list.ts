import type { AlarmNow, AlarmState, ConsoleState, DeclaredAlarm } from "../console-data";
import { byId, element, setText } from "./element";
import { duration } from "./figures";

type Alarms = Pick<ConsoleState, "alarms" | "now">;

const rank: Readonly<Record<AlarmState, number>> = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 };
const words: Readonly<Record<AlarmState, string>> = { ALARM: "in alarm", INSUFFICIENT_DATA: "no data", OK: "OK" };
const classes: Readonly<Record<AlarmState, string>> = { ALARM: "bad", INSUFFICIENT_DATA: "dim", OK: "good" };
/** How often "for 3 min" is written anew, in milliseconds. */
const ageMs = 30_000;

/** The alarms, those that are on first; says aloud when one goes on or off. */
export const alarmList = (declared: readonly DeclaredAlarm[]) => {
  const body = byId("alarms");
  const summary = byId("alarm-summary");
  const announcement = byId("announcement");
  const all = byId<HTMLInputElement>("all-alarms");
  let last: Alarms | undefined;
  let drawn = "";

  const draw = (): void => {
    if (last === undefined) return;
    const { alarms, now } = last;
    const key = JSON.stringify([
      all.checked,
      alarms.map(({ since, state }) => [state, since]),
      Math.floor(now / ageMs),
    ]);
    if (key === drawn) return;
    drawn = key;
    const rows = declared
      .flatMap((alarm, index) => (alarms[index] === undefined ? [] : [{ alarm, present: alarms[index] }]))
      .filter(({ present: { state } }) => all.checked || state === "ALARM")
      .toSorted((one, other) => rank[one.present.state] - rank[other.present.state])
      .map(({ alarm, present }) => rowOf(alarm, present, now));
    const none = declared.length === 0 ? "The program declares no alarm." : "No alarm is on.";
    body.replaceChildren(...(rows.length > 0 ? rows : [element("li", { class: "dim" }, none)]));
  };
  all.addEventListener("change", draw);

  return {
    update: (state: Alarms): void => {
      const on = state.alarms.filter((each) => each.state === "ALARM").length;
      const count = `${declared.length} ${declared.length === 1 ? "alarm" : "alarms"}`;
      setText(summary, on === 0 ? `${count}, none on` : `${on} of ${count} on`);
      summary.className = on === 0 ? "good" : "bad";
      const changed = changes(declared, last?.alarms ?? state.alarms, state.alarms);
      if (changed.length > 0) announcement.textContent = changed.join(". ");
      last = state;
      draw();
    },
  };
};

/** What is to be said aloud: that an alarm has gone on, or is on no more. */
const changes = (
  declared: readonly DeclaredAlarm[],
  before: readonly AlarmNow[],
  after: readonly AlarmNow[],
): readonly string[] =>
  declared.flatMap(({ name }, index) => {
    const [was, is] = [before[index]?.state, after[index]?.state];
    return is === undefined || was === is || (was !== "ALARM" && is !== "ALARM") ? [] : [`${name} is ${words[is]}`];
  });

const rowOf = (
  { name, description }: DeclaredAlarm,
  { state, reason = "", since }: AlarmNow,
  now: number,
): HTMLElement => {
  const why =
    state === "ALARM"
      ? [element("p", {}, ...withLinks(description)), element("p", { class: "dim reason", title: reason }, reason)]
      : [];
  const begun = new Date(since);
  return element(
    "li",
    { class: "alarm-row" },
    element("span", { class: `state ${classes[state]}` }, words[state]),
    element("div", {}, element("strong", {}, name), ...why),
    element(
      "time",
      { class: "dim", datetime: begun.toISOString(), title: begun.toLocaleString() },
      `for ${duration(Math.max(0, now - since) / 1000)}`,
    ),
  );
};

/** A description's web addresses become links; all else stays text. */
const withLinks = (text: string): readonly (Node | string)[] =>
  text
    .split(/(https?:\/\/[^\s)]+)/)
    .map((part, index) =>
      index % 2 === 0 ? part : element("a", { href: part, rel: "noreferrer", target: "_blank" }, part),
    );
