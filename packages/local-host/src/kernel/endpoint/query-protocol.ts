import { randomUUID } from "node:crypto";
import { escapeXml } from "./xml";

interface Tree {
  [name: string]: Tree | string;
}

const numbered = (tree: Tree): readonly (Tree | string)[] =>
  Object.keys(tree)
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => tree[index] ?? "");

/** `X.member.1` is a list, `X.entry.1.key` and `X.entry.1.value` a map, whose keys are `key` or `Name`. */
const collapsed = (value: Tree | string): unknown => {
  if (typeof value === "string") return value;
  const { member, entry } = value;
  if (typeof member === "object") return numbered(member).map(collapsed);
  if (typeof entry === "object") {
    return Object.fromEntries(
      numbered(entry).map((each) => {
        const fields = typeof each === "string" ? {} : each;
        return [String(fields["key"] ?? fields["Name"]), collapsed(fields["value"] ?? fields["Value"] ?? "")];
      }),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, collapsed(inner)]));
};

/** The input of an action of the AWS query protocol, in the form that JSON protocols have; every scalar is text. */
export const queryInput = (body: Buffer): Readonly<Record<string, unknown>> => {
  const root: Tree = Object.create(null);
  for (const [path, value] of new URLSearchParams(body.toString("utf8"))) {
    const names = path.split(".");
    const last = names.pop() ?? path;
    let at = root;
    for (const name of names) {
      const next = at[name];
      const inner: Tree = typeof next === "object" ? next : Object.create(null);
      at[name] = inner;
      at = inner;
    }
    at[last] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, collapsed(value)]));
};

/** A map in an answer: the XML has `<entry>` for each pair. */
export class XmlMap {
  readonly pairs: Readonly<Record<string, string>>;
  constructor(pairs: Readonly<Record<string, string>>) {
    this.pairs = pairs;
  }
  toJSON(): Readonly<Record<string, string>> {
    return this.pairs;
  }
}

const xml = (value: unknown): string => {
  if (value instanceof XmlMap) {
    return Object.entries(value.pairs)
      .map(([key, text]) => `<entry><key>${escapeXml(key)}</key><value>${escapeXml(text)}</value></entry>`)
      .join("");
  }
  if (Array.isArray(value)) return value.map((each) => `<member>${xml(each)}</member>`).join("");
  if (typeof value !== "object" || value === null) return escapeXml(String(value ?? ""));
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<${name}>${xml(inner)}</${name}>`)
    .join("");
};

export const queryAnswer = (action: string, output: unknown, namespace: string): string =>
  `<${action}Response xmlns="${namespace}"><${action}Result>${xml(output ?? {})}</${action}Result>` +
  `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
