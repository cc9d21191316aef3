export type Match = (text: string) => boolean;

const escaped = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");

/** A pattern of IAM, where `*` stands for any characters and `?` for one. */
export const globPattern = (pattern: string, flags: "" | "i" = ""): Match => {
  if (pattern === "*") return () => true;
  if (!/[*?]/.test(pattern)) {
    if (flags === "") return (text) => text === pattern;
    const lower = pattern.toLowerCase();
    return (text) => text.toLowerCase() === lower;
  }
  const expression = new RegExp(`^${escaped(pattern).replaceAll("*", ".*").replaceAll("?", ".")}$`, `s${flags}`);
  return (text) => expression.test(text);
};

/** Colons before an ARN's last part, which may have colons of its own. */
const colonsOfArn = 5;

const partsOf = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return [...parts.slice(0, colonsOfArn), parts.slice(colonsOfArn).join(":")];
};

/** ArnLike compares each of an ARN's six parts by itself: a `*` does not reach over a colon between them. */
export const arnPattern = (pattern: string): Match => {
  const matches = partsOf(pattern).map((part) => globPattern(part));
  return (arn) => {
    const parts = partsOf(arn);
    return matches.every((match, index) => match(parts[index] ?? ""));
  };
};
