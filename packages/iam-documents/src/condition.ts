import { arnPattern, globPattern, type Match } from "./pattern";
import type { ConditionBlock } from "./policy-document";

/** The values of a condition key in a request; undefined when the request has none. */
export type RequestValues = (key: string) => readonly string[] | undefined;

export interface Condition {
  /** The keys that it asks for, as `keyNamed` writes them. */
  readonly keys: readonly string[];
  readonly holds: (values: RequestValues) => boolean;
}

interface Operator {
  readonly match: (expected: string) => Match;
  /** Holds when no expected value matches, and also when the request lacks the key. */
  readonly negated: boolean;
}

const positive = (match: Operator["match"]): Operator => ({ match, negated: false });
const negated = (match: Operator["match"]): Operator => ({ match, negated: true });

const exactly: Operator["match"] = (expected) => (text) => text === expected;
const ignoringCase: Operator["match"] = (expected) => (text) => text.toLowerCase() === expected.toLowerCase();
const like: Operator["match"] = (expected) => globPattern(expected);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: positive(exactly),
  StringNotEquals: negated(exactly),
  StringEqualsIgnoreCase: positive(ignoringCase),
  StringNotEqualsIgnoreCase: negated(ignoringCase),
  StringLike: positive(like),
  StringNotLike: negated(like),
  ArnEquals: positive(arnPattern),
  ArnLike: positive(arnPattern),
  ArnNotEquals: negated(arnPattern),
  ArnNotLike: negated(arnPattern),
  Bool: positive(ignoringCase),
};

type Quantifier = "any" | "all" | "one";

const requirement = (
  { match, negated }: Operator,
  quantifier: Quantifier,
  optional: boolean,
  expected: readonly string[],
): ((given: readonly string[] | undefined) => boolean) => {
  const matches = expected.map(match);
  const matchesOne = (value: string): boolean => matches.some((it) => it(value));
  const fits = (value: string): boolean => matchesOne(value) !== negated;
  return (given) => {
    if (given === undefined || given.length === 0) return quantifier === "all" || optional || negated;
    if (quantifier === "all" || (quantifier === "one" && negated)) return given.every(fits);
    return given.some(fits);
  };
};

const operatorNamed = (name: string): readonly [Operator, Quantifier, boolean] => {
  const [, quantifier, plain = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const operator = Object.hasOwn(operators, plain) ? operators[plain] : undefined;
  if (operator === undefined) {
    const known = Object.keys(operators).join(", ");
    throw new Error(`the condition operator ${name} is not evaluated; evaluated are ${known}`);
  }
  const how = quantifier === "ForAllValues" ? "all" : quantifier === "ForAnyValue" ? "any" : "one";
  return [operator, how, ifExists !== undefined];
};

/**
 * A statement's Condition. `keyNamed` gives a key's name as requests have it, since IAM does not tell upper from lower
 * case, and may throw for one that no request has.
 *
 * @throws Error for an operator that is not evaluated
 */
export const compileCondition = (block: ConditionBlock, keyNamed = (name: string): string => name): Condition => {
  const tests = Object.entries(block).flatMap(([operatorName, byKey]) => {
    const [operator, quantifier, optional] = operatorNamed(operatorName);
    return Object.entries(byKey).map(([keyName, expected]) => ({
      key: keyNamed(keyName),
      holds: requirement(operator, quantifier, optional, expected),
    }));
  });
  return {
    keys: tests.map(({ key }) => key),
    holds: (values) => tests.every(({ key, holds }) => holds(values(key))),
  };
};
