import { compileValueRule, type ValueTest } from "./event-pattern-value";
import { InvalidEventPatternError } from "./invalid-event-pattern-error";
import { assertWildcardsSimple } from "./wildcard-complexity";

/** What a pattern wants of one field. */
export interface FieldRules {
  /** Whether a value of the field is accepted. */
  readonly test: ValueTest;
  /** Whether the field may be missing, as `{"exists": false}` has it. */
  readonly acceptsAbsent: boolean;
}

/** Compiles the list of a field: one of its rules must hold. */
export const compileFieldRules = (value: unknown, path: string): FieldRules => {
  if (!Array.isArray(value)) {
    throw new InvalidEventPatternError(`"${path}" must be an object or an array, but is ${JSON.stringify(value)}`);
  }
  if (value.length === 0) throw new InvalidEventPatternError(`empty arrays are not allowed: "${path}"`);
  let acceptsAbsent = false;
  const tests: ValueTest[] = [];
  for (const rule of value) {
    const exists = existsOf(rule, path);
    if (exists === undefined) tests.push(compileValueRule(rule, path));
    else if (exists) tests.push(() => true);
    else acceptsAbsent = true;
  }
  assertWildcardsSimple(value.flatMap(wildcardsOf), path);
  return { test: (leaf) => tests.some((test) => test(leaf)), acceptsAbsent };
};

const existsOf = (rule: unknown, path: string): boolean | undefined => {
  if (typeof rule !== "object" || rule === null || !("exists" in rule)) return undefined;
  if (typeof rule.exists === "boolean" && Object.keys(rule).length === 1) return rule.exists;
  throw new InvalidEventPatternError(`"exists" of "${path}" must be true or false alone`);
};

/** The wildcards of a rule that is known to be valid. */
const wildcardsOf = (rule: unknown): readonly string[] => {
  if (typeof rule !== "object" || rule === null) return [];
  if ("anything-but" in rule) return wildcardsOf(rule["anything-but"]);
  if (!("wildcard" in rule)) return [];
  return [rule.wildcard].flat().map(String);
};
