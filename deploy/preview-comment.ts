import type { EngineEvent } from "@pulumi/pulumi/automation";

/** A resource that would change. */
interface Change {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** Paths of what changes; their values may be secret, and are left out. */
  readonly paths: readonly string[];
}

/** Steps as the engine names them, in the order in which a reader wants to know of them: what may lose something first. */
const kinds = [
  { heading: "Deleted", ops: ["delete"] },
  { heading: "Replaced", ops: ["replace"] },
  { heading: "Updated", ops: ["update"] },
  { heading: "Created", ops: ["create"] },
  { heading: "Other", ops: ["import", "read", "refresh", "discard", "remove-pending-replace"] },
] as const;

/** Parts of a replacement, which is one change to a reader. */
const parts = new Set(["create-replacement", "delete-replaced", "discard-replaced", "read-replacement"]);

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** `aws:sqs/queue:Queue` is an `sqs.Queue`. */
const typeOf = (type: string): string => {
  const [, module = "", name = ""] = type.split(":");
  return `${module.split("/")[0]}.${name}`;
};

const changesOf = (events: readonly EngineEvent[]): readonly Change[] =>
  events.flatMap(({ resourcePreEvent }) => {
    if (resourcePreEvent === undefined) return [];
    const { op, type, urn, detailedDiff, diffs, new: after, old: before } = resourcePreEvent.metadata;
    // A component has nothing in AWS but its parts, which are listed themselves.
    const isComponent = (after ?? before)?.custom === false;
    if (op === "same" || parts.has(op) || isComponent) return [];
    return [{ op, type: typeOf(type), name: nameOf(urn), paths: Object.keys(detailedDiff ?? {}).concat(diffs ?? []) }];
  });

const shown = ({ type, name, paths }: Change): string => {
  const unique = [...new Set(paths)].sort();
  const what = unique.slice(0, 6).map((path) => `\`${path}\``);
  const more = unique.length > 6 ? ` and ${unique.length - 6} more` : "";
  return `- ${type} \`${name}\`${what.length === 0 ? "" : `: ${what.join(", ")}${more}`}`;
};

/** One line is shown, the others on demand: a first deployment has hundreds. */
const folded = (summary: string, lines: readonly string[]): string =>
  lines.length <= 10
    ? `**${summary}**\n\n${lines.join("\n")}`
    : `<details><summary>${summary}</summary>\n\n${lines.join("\n")}\n\n</details>`;

const said = (text: string): string => text.trim().replaceAll("\n", "\n  ");

/** What a preview found, as Markdown for whoever reviews the change. */
export function previewComment(stack: string, events: readonly EngineEvent[], succeeded: boolean): string {
  const changes = changesOf(events);
  const sections = kinds.flatMap(({ heading, ops }) => {
    const found = changes.filter(({ op }) => ops.some((it) => it === op));
    return found.length === 0 ? [] : [folded(`${heading}: ${found.length}`, found.map(shown))];
  });
  const violations = events.flatMap(({ policyEvent }) =>
    policyEvent === undefined
      ? []
      : [`- ${policyEvent.enforcementLevel}: \`${policyEvent.policyName}\` ${said(policyEvent.message)}`],
  );
  const errors = events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? [`- ${said(diagnosticEvent.message)}`] : [],
  );
  const unchanged =
    events.findLast(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent?.resourceChanges.same ?? 0;
  const headline = !succeeded
    ? "the preview failed"
    : changes.length === 0
      ? `no changes, ${unchanged} resources as they are`
      : `${changes.length} ${changes.length === 1 ? "change" : "changes"}, ${unchanged} resources as they are`;
  return [
    `### ${stack}: ${headline}`,
    ...(errors.length === 0 ? [] : [folded(`Errors: ${errors.length}`, errors)]),
    ...(violations.length === 0 ? [] : [folded(`Policies: ${violations.length}`, violations)]),
    ...sections,
    "",
  ].join("\n\n");
}
