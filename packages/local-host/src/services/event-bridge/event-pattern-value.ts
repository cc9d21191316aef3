import { BlockList, isIP } from "node:net";
import { InvalidEventPatternError } from "./invalid-event-pattern-error";

/** Tests one value of an event that is not an object or an array. */
export type ValueTest = (leaf: unknown) => boolean;

type TextTest = (text: string) => boolean;

const onText =
  (test: TextTest): ValueTest =>
  (leaf) =>
    typeof leaf === "string" && test(leaf);

/** Compiles one element of a field's list: an exact value, or an object with one operator such as `{"prefix": "a"}`. */
export const compileValueRule = (rule: unknown, path: string): ValueTest => {
  if (rule === null || typeof rule === "string" || typeof rule === "number" || typeof rule === "boolean") {
    return (leaf) => leaf === rule;
  }
  const { operator, operand } = operatorOf(rule, path);
  switch (operator) {
    case "prefix":
    case "suffix":
      return onText(affix(operator, operand, path));
    case "equals-ignore-case":
      return onText(ignoringCase(operand, path));
    case "wildcard":
      return onText(wildcard(operand, path));
    case "numeric":
      return numeric(operand, path);
    case "cidr":
      return onText(cidr(operand, path));
    case "anything-but":
      return anythingBut(operand, path);
    default:
      throw new InvalidEventPatternError(`"${path}" has an unrecognized match type ${operator}`);
  }
};

const operatorOf = (rule: unknown, path: string): { operator: string; operand: unknown } => {
  const entries = typeof rule === "object" && rule !== null && !Array.isArray(rule) ? Object.entries(rule) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    throw new InvalidEventPatternError(
      `"${path}" must list values or objects of one operator, but has ${JSON.stringify(rule)}`,
    );
  }
  return { operator: entry[0], operand: entry[1] };
};

const textOperand = (operand: unknown, operator: string, path: string): string => {
  if (typeof operand !== "string") {
    throw new InvalidEventPatternError(`"${path}" needs a string for ${operator}, but has ${JSON.stringify(operand)}`);
  }
  return operand;
};

const affix = (operator: "prefix" | "suffix", operand: unknown, path: string): TextTest => {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    const inner = operatorOf(operand, path);
    if (inner.operator !== "equals-ignore-case") {
      throw new InvalidEventPatternError(`"${path}" has an unsupported ${operator} pattern ${inner.operator}`);
    }
    const folded = textOperand(inner.operand, inner.operator, path).toLowerCase();
    return operator === "prefix"
      ? (text) => text.slice(0, folded.length).toLowerCase() === folded
      : (text) => text.toLowerCase().endsWith(folded);
  }
  const affixed = textOperand(operand, operator, path);
  return operator === "prefix" ? (text) => text.startsWith(affixed) : (text) => text.endsWith(affixed);
};

const ignoringCase = (operand: unknown, path: string): TextTest => {
  const folded = textOperand(operand, "equals-ignore-case", path).toLowerCase();
  return (text) => text.toLowerCase() === folded;
};

/** `*` stands for any run of characters; `\*` and `\\` are the characters themselves. */
const wildcard = (operand: unknown, path: string): TextTest => {
  const source = textOperand(operand, "wildcard", path);
  if (/(?<!\\)(?:\\\\)*\*\*/.test(source))
    throw new InvalidEventPatternError(`"${path}" has consecutive wildcards: ${source}`);
  let expression = "";
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === "\\") {
      at += 1;
      const escaped = source.charAt(at);
      if (escaped !== "*" && escaped !== "\\") {
        throw new InvalidEventPatternError(`"${path}" may escape only * and \\ in a wildcard: ${source}`);
      }
      expression += `\\${escaped}`;
    } else {
      expression += char === "*" ? ".*" : char.replace(/[$()+./?[\]^{|}]/, "\\$&");
    }
  }
  const pattern = new RegExp(`^${expression}$`, "s");
  return (text) => pattern.test(text);
};

/** The largest number that EventBridge compares, either side of zero. */
const NUMERIC_LIMIT = 5e9;

const numeric = (operand: unknown, path: string): ValueTest => {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length > 4 || operand.length % 2 !== 0) {
    throw new InvalidEventPatternError(
      `"${path}" needs one or two comparisons in numeric, but has ${JSON.stringify(operand)}`,
    );
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < operand.length; at += 2) tests.push(comparison(operand[at], operand[at + 1], path));
  if (operand.length === 4) assertRange(operand, path);
  return (leaf) => typeof leaf === "number" && tests.every((test) => test(leaf));
};

/** A range has its lower bound first, and something between its bounds. */
const assertRange = ([first, bottom, second, top]: readonly unknown[], path: string): void => {
  if ((first !== ">" && first !== ">=") || (second !== "<" && second !== "<=")) {
    throw new InvalidEventPatternError(
      `"${path}" has a bad numeric range ${JSON.stringify([first, bottom, second, top])}; [">", 0, "<=", 5] would do`,
    );
  }
  if (Number(bottom) >= Number(top)) {
    throw new InvalidEventPatternError(
      `"${path}" has a bad numeric range: bottom ${bottom} must be less than top ${top}`,
    );
  }
};

const comparison = (operator: unknown, bound: unknown, path: string): ((value: number) => boolean) => {
  if (typeof bound !== "number" || Math.abs(bound) > NUMERIC_LIMIT) {
    throw new InvalidEventPatternError(
      `"${path}" compares with ${JSON.stringify(bound)}; numbers from -5e9 to 5e9 are possible`,
    );
  }
  switch (operator) {
    case "=":
      return (value) => value === bound;
    case "<":
      return (value) => value < bound;
    case "<=":
      return (value) => value <= bound;
    case ">":
      return (value) => value > bound;
    case ">=":
      return (value) => value >= bound;
    default:
      throw new InvalidEventPatternError(`"${path}" has an unrecognized numeric operator ${JSON.stringify(operator)}`);
  }
};

const cidr = (operand: unknown, path: string): TextTest => {
  const block = textOperand(operand, "cidr", path);
  const [address = "", bits = ""] = block.split("/");
  const version = isIP(address);
  if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128)) {
    throw new InvalidEventPatternError(`"${path}" has a malformed CIDR block ${block}; 10.0.0.0/24 would do`);
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  const blocks = new BlockList();
  blocks.addSubnet(address, Number(bits), family);
  return (text) => isIP(text) === version && blocks.check(text, family);
};

/** Holds for any value that is there, a number or null too, unless it is one of those named. */
const anythingBut = (operand: unknown, path: string): ValueTest => {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    const { operator, operand: inner } = operatorOf(operand, path);
    if (!["prefix", "suffix", "equals-ignore-case", "wildcard"].includes(operator)) {
      throw new InvalidEventPatternError(`"${path}" has an unrecognized match type ${operator} in anything-but`);
    }
    const excluded = listOf(inner, path).map((one) => {
      const text = textOperand(one, `${operator} in anything-but`, path);
      if (text === "" && (operator === "prefix" || operator === "suffix")) {
        throw new InvalidEventPatternError(`"${path}" has an empty ${operator} in anything-but`);
      }
      return compileValueRule({ [operator]: text }, path);
    });
    return (leaf) => !excluded.some((test) => test(leaf));
  }
  const values = listOf(operand, path);
  if (!values.every((value) => typeof value === "string") && !values.every((value) => typeof value === "number")) {
    throw new InvalidEventPatternError(
      `"${path}" needs all strings or all numbers in anything-but: ${JSON.stringify(operand)}`,
    );
  }
  const tooLarge = values.find((value) => typeof value === "number" && Math.abs(value) > NUMERIC_LIMIT);
  if (tooLarge !== undefined) {
    throw new InvalidEventPatternError(`"${path}" excludes ${tooLarge}; numbers from -5e9 to 5e9 are possible`);
  }
  const excluded = new Set<unknown>(values);
  return (leaf) => !excluded.has(leaf);
};

const listOf = (operand: unknown, path: string): readonly unknown[] => {
  const values = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0) throw new InvalidEventPatternError(`"${path}" has an empty list in anything-but`);
  return values;
};
