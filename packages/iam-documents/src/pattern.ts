export type Match = (text: string) => boolean;

const escaped = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");

const globExpression = (pattern: string): string => escaped(pattern).replaceAll("*", ".*").replaceAll("?", ".");

/** `*` stands for any characters and `?` for one: StringLike, and the parts of an ARN. */
export const globPattern = (pattern: string, flags: "" | "i" = ""): Match => {
  if (pattern === "*") return () => true;
  if (!/[*?]/.test(pattern)) {
    if (flags === "") return (text) => text === pattern;
    const lower = pattern.toLowerCase();
    return (text) => text.toLowerCase() === lower;
  }
  const expression = new RegExp(`^${globExpression(pattern)}$`, `s${flags}`);
  return (text) => expression.test(text);
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
export const actionPattern = (pattern: string): Match => globPattern(pattern, "i");

/** Colons before an ARN's last part, which may have colons of its own. */
const colonsOfArn = 5;

const partsOf = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return [...parts.slice(0, colonsOfArn), parts.slice(colonsOfArn).join(":")];
};

/**
 * ArnLike and ArnEquals compare each of an ARN's six parts by itself: a `*` does not reach over a colon between them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export const arnPattern = (pattern: string): Match => {
  const matches = partsOf(pattern).map((part) => globPattern(part));
  return (arn) => {
    const parts = partsOf(arn);
    return matches.every((match, index) => match(parts[index] ?? ""));
  };
};

/** A `*` at the end of a segment reaches over the colon that follows; any other stays within its segment. */
const segmentExpression = (segment: string): string =>
  escaped(segment).replace(/\*$/, "\u0000").replaceAll("*", "[^:]*").replaceAll("?", "[^:]").replace("\u0000", ".*");

/**
 * Resource: "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon
 * boundaries." The last part names the resource, whose own colons are characters like any other.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
export const resourcePattern = (pattern: string): Match => {
  if (pattern === "*" || !/[*?]/.test(pattern)) return globPattern(pattern);
  const parts = pattern.split(":");
  const outer = parts.slice(0, colonsOfArn).map(segmentExpression);
  const named = parts.length > colonsOfArn ? [globExpression(parts.slice(colonsOfArn).join(":"))] : [];
  const expression = new RegExp(`^${[...outer, ...named].join(":")}$`, "s");
  return (text) => expression.test(text);
};
