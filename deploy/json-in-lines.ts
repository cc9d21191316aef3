/** Characters of a line. */
const width = 120;

/**
 * JSON for review: what fits into a line is on one, and an entry of what does not has a line of its own. A template of
 * CloudFormation may have 51,200 bytes, white space included.
 */
export function jsonInLines(value: unknown, indent = ""): string {
  const line = JSON.stringify(value);
  if (typeof value !== "object" || value === null || indent.length + line.length <= width) return line;
  const inner = `${indent} `;
  const [open, close, entries] = Array.isArray(value)
    ? ["[", "]", value.map((each) => jsonInLines(each, inner))]
    : ["{", "}", Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${jsonInLines(each, inner)}`)];
  return `${open}\n${entries.map((entry) => `${inner}${entry}`).join(",\n")}\n${indent}${close}`;
}
