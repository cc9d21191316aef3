/** Most characters of one line of a label, and most lines. */
const lineLength = 14;
const mostLines = 3;

/**
 * Names without the first part that most of them begin with, such as the program's own name: it tells nothing apart. Parts
 * are divided by hyphens.
 */
export const shortNames = (names: readonly string[]): ReadonlyMap<string, string> => {
  const counts = new Map<string, number>();
  for (const name of names) {
    const [first = "", ...rest] = name.split("-");
    if (rest.length > 0) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  const [common] = [...counts].find(([, count]) => count > names.length / 2) ?? [];
  const shorten = (name: string): string =>
    common !== undefined && name.startsWith(`${common}-`) ? name.slice(common.length + 1) : name;
  return new Map(names.map((name) => [name, shorten(name)]));
};

/** A label broken after hyphens into lines that fit; what is too long for the last one is cut. */
export const labelLines = (label: string): readonly string[] => {
  const lines: string[] = [];
  for (const part of label.split(/(?<=[-_.])/)) {
    const last = lines.at(-1);
    if (last !== undefined && (last + part).length <= lineLength) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines.slice(0, mostLines).map((line, index) => {
    const cut = line.length > lineLength + 3 || (index === mostLines - 1 && lines.length > mostLines);
    return cut ? `${line.slice(0, lineLength)}…` : line;
  });
};
