import type { ConsoleState, FlowPicture, PlottedHour } from "../console-data";
import { alarmList } from "./alarm-list";
import { deadLetterView } from "./dead-letter-view";
import { byId, element, setText } from "./element";
import { eventList } from "./event-list";
import { alarmsOn, figureWords } from "./figures";
import { flowTables } from "./flow-table";
import { flowView } from "./flow-view";
import { kindNames } from "./icons";
import { getJson, whileVisible } from "./live";
import { plotView } from "./plot-view";
import { searchView } from "./search-view";

/** Below this part of its natural size the picture's text cannot be read: it is scrolled instead. */
const smallestScale = 0.8;

/** One dashboard is the dashboard; of several each has its name. */
const dashboardLinks = (names: readonly string[]): readonly HTMLElement[] =>
  names.map((name) => {
    const href = `/_console/dashboards/${encodeURIComponent(name)}`;
    return element("a", { href, title: name }, names.length === 1 ? "Dashboard" : name);
  });

const start = async (): Promise<void> => {
  const picture = await getJson<FlowPicture>("/flow");
  const events = eventList();
  const alarms = alarmList(picture.alarms);
  const tables = flowTables(picture);
  const deadLetters = deadLetterView(picture);
  const plots = plotView();
  let chosen: number | undefined;
  let state: ConsoleState = { now: 0, nodes: [], hops: [], alarms: [] };

  const showChosen = (): void => {
    const node = chosen === undefined ? undefined : picture.nodes[chosen];
    if (chosen === undefined || node === undefined) return;
    const on = (alarmsOn(picture, state.alarms).get(chosen) ?? []).map((at) => picture.alarms[at]?.name);
    setText(chosenFigures, figureWords(node, state.nodes[chosen] ?? {}));
    setText(chosenAlarms, on.length === 0 ? "" : `in alarm: ${on.join(", ")}`);
  };
  const chosenFigures = element("span");
  const chosenAlarms = element("span", { class: "bad" });
  const view = flowView(picture, (index) => {
    const node = picture.nodes[index];
    if (node === undefined) return;
    chosen = index;
    const itsEvents = element("button", { type: "button" }, "its events");
    itsEvents.addEventListener("click", () => {
      events.only(node.name);
      byId("event-filter").focus();
    });
    byId("chosen").replaceChildren(
      ...[element("strong", {}, node.label), element("span", { class: "dim" }, `${kindNames[node.kind]} ${node.name}`)],
      ...[chosenFigures, chosenAlarms, itsEvents],
    );
    showChosen();
  });
  view.svg.style.minWidth = `${Math.round(picture.width * smallestScale)}px`;
  view.svg.style.maxWidth = `${Math.round(picture.width * 1.15)}px`;
  byId("picture").append(view.svg);
  byId("flow-tables").append(...tables.elements);
  setText(byId("stack"), picture.stack);
  byId("dashboards").append(...dashboardLinks(picture.dashboards));

  const refresh = async (): Promise<void> => {
    state = await getJson<ConsoleState>("/state");
    view.update(state);
    tables.update(state);
    alarms.update(state);
    deadLetters.update(state);
    showChosen();
    document.body.classList.add("ready");
  };
  whileVisible(5000, async () => plots.update(await getJson<PlottedHour>("/plots")));
  searchView();
  whileVisible(500, refresh, (went) => {
    setText(byId("connection"), went ? "live" : "the host does not answer");
    document.body.classList.toggle("away", !went);
  });
};

start().catch((error: unknown) => setText(byId("connection"), String(error)));
