import { readFileSync, writeFileSync } from "node:fs";

const markers = (name: string) => [`<!-- generated: ${name} -->`, "<!-- /generated -->"] as const;

/** A document with what stands between the markers of a generated part replaced. Throws where it has no such part. */
export function withGenerated(document: string, name: string, content: string): string {
  const [begin, end] = markers(name);
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`The document has no ${begin} followed by ${end}.`);
  return `${document.slice(0, from)}${begin}\n\n${content}\n\n${document.slice(to)}`;
}

/** Writes generated parts into a file; says whether it is another one now. */
export function writeGenerated(file: string, parts: Readonly<Record<string, string>>): boolean {
  const before = readFileSync(file, "utf8");
  const after = Object.entries(parts).reduce((text, [name, content]) => withGenerated(text, name, content), before);
  if (after !== before) writeFileSync(file, after);
  return after !== before;
}
