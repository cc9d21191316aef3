import { byId, element } from "./element";

interface HostEvent {
  readonly at: string;
  readonly level: "info" | "warn" | "error";
  readonly resource: string;
  readonly what: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const mostRows = 200;
const longestDetail = 300;

/** What happens in the host, newest first: as many rows as can be read, drawn at most once a frame. */
export const eventList = () => {
  const body = byId<HTMLTableSectionElement>("events");
  const filter = byId<HTMLInputElement>("event-filter");
  const problems = byId<HTMLInputElement>("problems-only");
  const kept: HostEvent[] = [];
  let drawing = false;
  let stream: EventSource | undefined;

  const matches = ({ level, resource, what, detail }: HostEvent): boolean =>
    (!problems.checked || level !== "info") &&
    `${resource} ${what} ${JSON.stringify(detail ?? {})}`.toLowerCase().includes(filter.value.toLowerCase());
  const draw = (): void => {
    drawing = false;
    body.replaceChildren(...kept.filter(matches).slice(-mostRows).reverse().map(rowOf));
  };
  const drawSoon = (): void => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(draw);
  };
  filter.addEventListener("input", drawSoon);
  problems.addEventListener("change", drawSoon);

  const follow = (): void => {
    stream?.close();
    stream = undefined;
    if (document.hidden) return;
    stream = new EventSource("/_console/events");
    // The host sends the recent ones again whenever the stream is opened.
    stream.onopen = () => kept.splice(0);
    stream.onmessage = ({ data }) => {
      // The host's own event.
      kept.push(JSON.parse(data) as HostEvent);
      if (kept.length > 5 * mostRows) kept.splice(0, kept.length - 2 * mostRows);
      drawSoon();
    };
  };
  document.addEventListener("visibilitychange", follow);
  follow();
  return {
    only: (word: string): void => {
      filter.value = word;
      drawSoon();
    },
  };
};

const classes = { info: "", warn: "warn", error: "bad" } as const;

const rowOf = ({ at, level, resource, what, detail }: HostEvent): HTMLTableRowElement => {
  const text = Object.entries(detail ?? {})
    .map(([name, value]) => `${name}=${wordOf(value)}`)
    .join(" ");
  return element(
    "tr",
    {},
    element("td", { class: "dim" }, at.slice(11, 23)),
    element("td", {}, resource),
    element("td", { class: classes[level] }, what),
    element("td", { class: "dim" }, text.length > longestDetail ? `${text.slice(0, longestDetail)}…` : text),
  );
};

const wordOf = (value: unknown): string => {
  if (typeof value === "number") return String(Math.round(value * 100) / 100);
  return typeof value === "string" ? value : JSON.stringify(value);
};
