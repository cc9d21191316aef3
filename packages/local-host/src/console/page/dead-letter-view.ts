import type { ConsoleState, DeadLetter, DeadLetters, FlowPicture, MoveTask, PlacedNode } from "../console-data";
import { confirmed } from "./confirmation";
import { byId, element, setClass, setText } from "./element";
import { duration } from "./figures";
import { withIdentifierLinks } from "./identifier-links";
import { getJson, post } from "./live";

interface QueueRow {
  readonly node: number;
  readonly queue: PlacedNode;
  readonly row: HTMLTableRowElement;
  readonly waiting: HTMLElement;
  readonly oldest: HTMLElement;
  readonly buttons: readonly HTMLButtonElement[];
}

const moveLookMs = 250;

/** The queues for dead letters: how much waits in each, what it is, and what can be done about it. */
export const deadLetterView = (picture: FlowPicture) => {
  const outcome = byId("dead-letter-outcome");
  const list = byId("dead-letters");
  const messages = byId("dead-letter-messages");
  let waiting: readonly number[] = [];

  const doing = (work: () => Promise<string>) => (): void => {
    work().then(
      (words) => setText(outcome, words),
      (error: unknown) => setText(outcome, error instanceof Error ? error.message : String(error)),
    );
  };
  const waitingIn = (node: number): string => {
    const count = waiting[node] ?? 0;
    return `${count} ${count === 1 ? "message" : "messages"}`;
  };
  const look = async ({ name, label }: PlacedNode): Promise<string> => {
    const found = await getJson<DeadLetters>(`/dead-letters?queue=${encodeURIComponent(name)}`);
    messages.replaceChildren(
      element("h3", { tabindex: "-1" }, `Messages in ${label}`),
      ...found.messages.map(messageOf),
      ...(found.more > 0 ? [element("p", { class: "dim" }, `and ${found.more} more`)] : []),
    );
    messages.hidden = false;
    messages.querySelector("h3")?.focus();
    return found.messages.length === 0 ? `${label} is empty.` : "";
  };
  const redrive = async (node: number, { name, label }: PlacedNode): Promise<string> => {
    const question = `Move what waits in ${label} back?`;
    const consequence = `${waitingIn(node)} go to the queues that they came from, and are tried again.`;
    if (!(await confirmed(question, consequence, "Redrive"))) return "";
    await post("/redrive", { queue: name });
    messages.hidden = true;
    return moveWords(label, await endOfMove(name));
  };
  const purge = async (node: number, { name, label }: PlacedNode): Promise<string> => {
    const consequence = `${waitingIn(node)} are deleted for good.`;
    if (!(await confirmed(`Purge ${label}?`, consequence, "Purge"))) return "";
    await post("/purge", { queue: name });
    messages.hidden = true;
    return `${label} was purged.`;
  };

  const rows = deadLetterQueues(picture).map(({ node, redrivable }): QueueRow[] => {
    const queue = picture.nodes[node];
    if (queue === undefined) return [];
    const button = (text: string, work: () => Promise<string>): HTMLButtonElement => {
      const made = element("button", { type: "button", "aria-label": `${text} ${queue.label}` }, text);
      made.addEventListener("click", doing(work));
      return made;
    };
    const buttons = [
      button("Look", () => look(queue)),
      ...(redrivable ? [button("Redrive", () => redrive(node, queue))] : []),
      button("Purge", () => purge(node, queue)),
    ];
    const [count, oldest] = [element("td", { class: "number" }), element("td", { class: "number dim" })];
    const head = element("th", { scope: "row", title: queue.name }, queue.label);
    const row = element("tr", {}, head, count, oldest, element("td", { class: "actions" }, ...buttons));
    return [{ node, queue, row, waiting: count, oldest, buttons }];
  });
  list.append(...rows.flat().map(({ row }) => row));
  byId("no-dead-letters").hidden = rows.length > 0;

  return {
    update: (state: ConsoleState): void => {
      waiting = state.nodes.map(({ visible = 0 }) => visible);
      for (const { node, row, waiting: cell, oldest, buttons } of rows.flat()) {
        const { visible = 0, inFlight = 0, oldestSeconds = 0 } = state.nodes[node] ?? {};
        setText(cell, inFlight > 0 ? `${visible} + ${inFlight}` : String(visible));
        setText(oldest, visible > 0 ? duration(oldestSeconds) : "");
        setClass(row, "holds", visible > 0);
        for (const each of buttons) each.disabled = visible === 0;
      }
    },
  };
};

/** Every queue that something leaves its failures in. SQS moves back what came from a queue. */
const deadLetterQueues = ({ nodes, hops }: FlowPicture) =>
  nodes.flatMap((_, node) => {
    const into = hops.filter(({ kind, to }) => kind === "dead-letters" && to === node);
    const redrivable = into.some(({ from }) => nodes[from]?.kind === "queue");
    return into.length === 0 ? [] : [{ node, redrivable }];
  });

const endOfMove = async (queue: string): Promise<MoveTask | null> => {
  for (;;) {
    const task = await getJson<MoveTask | null>(`/latest-move?queue=${encodeURIComponent(queue)}`);
    if (task?.status !== "RUNNING") return task;
    await new Promise((settle) => window.setTimeout(settle, moveLookMs));
  }
};

const moveWords = (label: string, task: MoveTask | null): string => {
  const moved = task?.moved ?? 0;
  const words = `${moved} ${moved === 1 ? "message" : "messages"} of ${label} moved back`;
  if (task === null || task.status === "COMPLETED") return `${words}.`;
  return `${words}, then the move was ${task.status.toLowerCase()}: ${task.reason ?? "no reason is known"}.`;
};

const messageOf = ({ id, ageSeconds, received, from, attributes, body }: DeadLetter): HTMLElement =>
  element(
    "article",
    { class: "message" },
    element(
      "p",
      { class: "dim" },
      `sent ${duration(ageSeconds)} ago, received ${received} ${received === 1 ? "time" : "times"}`,
      from === undefined ? "" : ` from ${from}`,
      `, id ${id}`,
    ),
    element(
      "dl",
      {},
      ...attributes.flatMap(([name, value]) => [
        element("dt", {}, name),
        element("dd", {}, ...withIdentifierLinks(value)),
      ]),
    ),
    element("pre", { tabindex: "0" }, ...withIdentifierLinks(laidOut(body))),
  );

const laidOut = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
};
