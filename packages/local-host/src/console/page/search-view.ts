import type { Found, FoundLine } from "../console-data";
import { byId, element, setText } from "./element";
import { milliseconds } from "./figures";
import { searchAddress, withIdentifierLinks } from "./identifier-links";
import { getJson } from "./live";
import { logLineWords } from "./log-line";
import { traceView } from "./trace-view";

/** The search in the page's head: its text stands in the address, so a search can be kept, and the browser's Back works. */
export const searchView = (): void => {
  const form = byId<HTMLFormElement>("search-form");
  const text = byId<HTMLInputElement>("search-text");
  const section = byId("search");
  const title = byId("search-title");
  const outcome = byId("search-outcome");
  const timeline = byId("timeline");
  const traces = byId("traces");

  const show = async (wanted: string): Promise<void> => {
    text.value = wanted;
    section.hidden = false;
    setText(title, `Timeline of ${wanted}`);
    setText(outcome, "searching");
    timeline.replaceChildren();
    traces.replaceChildren();
    const found = await getJson<Found>(`/search?for=${encodeURIComponent(wanted)}`);
    setText(outcome, outcomeOf(found));
    traces.replaceChildren(...found.traces.map((trace, index) => traceView(trace, index === 0)));
    timeline.replaceChildren(...found.lines.map((line, index) => rowOf(line, index, found.lines[0]?.at ?? 0, wanted)));
    section.scrollIntoView({ block: "start" });
    title.focus({ preventScroll: true });
  };
  const follow = (): void => {
    const wanted = /^#search=(.+)$/.exec(location.hash)?.[1];
    if (wanted === undefined) return;
    show(decodeURIComponent(wanted)).catch((error: unknown) => setText(outcome, String(error)));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = text.value.trim();
    if (wanted === "") return;
    if (location.hash === searchAddress(wanted)) follow();
    else location.hash = searchAddress(wanted);
  });
  byId("search-close").addEventListener("click", () => {
    section.hidden = true;
    history.replaceState(null, "", location.pathname);
    text.focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    text.focus();
  });
  window.addEventListener("hashchange", follow);
  follow();
};

const outcomeOf = ({ lines, more }: Found): string => {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return "No line of any log has it.";
  const groups = new Set(lines.map(({ group }) => group)).size;
  const lineWords = `${lines.length} ${lines.length === 1 ? "line" : "lines"}`;
  const logWords = `${groups} ${groups === 1 ? "log" : "logs"}`;
  const left = more === 0 ? "" : `; ${more} earlier ones are left out`;
  return `${lineWords} in ${logWords} within ${milliseconds(last.at - first.at)}${left}`;
};

const classes = { info: "", warn: "warn", error: "bad" } as const;

const rowOf = (
  { at, group, message }: FoundLine,
  index: number,
  begin: number,
  wanted: string,
): HTMLTableRowElement => {
  const { says, rest, level, whole } = logLineWords(message, wanted);
  const details = element(
    "details",
    {},
    element(
      "summary",
      {},
      element("span", { class: classes[level] }, says),
      " ",
      element("span", { class: "dim" }, rest),
    ),
  );
  // A line that nobody opens costs nothing.
  details.addEventListener("toggle", () => details.append(element("pre", {}, ...withIdentifierLinks(whole))), {
    once: true,
  });
  const time = new Date(at);
  return element(
    "tr",
    {},
    element("td", {}, element("time", { datetime: time.toISOString() }, timeOfDay(time))),
    element("td", { class: "number dim" }, index === 0 ? "" : `+${milliseconds(at - begin)}`),
    element("th", { scope: "row" }, group.split("/").at(-1) ?? group),
    element("td", {}, details),
  );
};

const timeOfDay = (time: Date): string =>
  `${time.toLocaleTimeString(undefined, { hour12: false })}.${String(time.getMilliseconds()).padStart(3, "0")}`;
