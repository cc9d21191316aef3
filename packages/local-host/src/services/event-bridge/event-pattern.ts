import { compileValueRule, type ValueTest } from "./event-pattern-value";
import { InvalidEventPatternError } from "./invalid-event-pattern-error";

/** An EventBridge event pattern, as JSON: fields to lists of accepted values, nested as the event is. */
export interface EventPattern {
  readonly [field: string]: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Matches one object of the event; `siblings` are all objects of the event at the same path, through every array. */
type FieldTest = (object: Json | undefined, siblings: readonly Json[]) => boolean;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const compiled = new WeakMap<EventPattern, FieldTest>();

/**
 * Whether an event matches a pattern in EventBridge's pattern language: exact values, prefix, suffix,
 * equals-ignore-case, anything-but, numeric, exists, cidr, wildcard and $or, on nested fields and arrays.
 * The pattern is compiled once. Throws InvalidEventPatternError.
 */
export const matchesPattern = (pattern: EventPattern, event: unknown): boolean => {
  let test = compiled.get(pattern);
  if (test === undefined) {
    test = compileFields(pattern, "");
    compiled.set(pattern, test);
  }
  const roots = objectsIn(event);
  return roots.length === 0 ? test(undefined, []) : roots.some((root) => test(root, roots));
};

/** Reads a pattern from the JSON text that a rule has, and checks it. */
export const parseEventPattern = (json: string): EventPattern => {
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch {
    throw new InvalidEventPatternError(`it is not JSON: ${json}`);
  }
  if (!isObject(pattern)) throw new InvalidEventPatternError(`it must be an object, but is ${json}`);
  compiled.set(pattern, compileFields(pattern, ""));
  return pattern;
};

const compileFields = (pattern: Json, path: string): FieldTest => {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidEventPatternError(`${path || "the pattern"} has no fields`);
  const tests = entries.map(([field, value]) =>
    isOr(field, value) ? compileOr(value, path) : compileField(field, value, path === "" ? field : `${path}.${field}`),
  );
  return (object, siblings) => tests.every((test) => test(object, siblings));
};

/** `$or` is a field of the event like any other unless it holds two or more objects that are not value rules. */
const isOr = (field: string, value: unknown): value is readonly Json[] =>
  field === "$or" && Array.isArray(value) && value.length > 1 && value.every(isObject);

const compileOr = (alternatives: readonly Json[], path: string): FieldTest => {
  const tests = alternatives.map((alternative) => compileFields(alternative, path));
  return (object, siblings) => tests.some((test) => test(object, siblings));
};

const compileField = (field: string, value: unknown, path: string): FieldTest => {
  if (isObject(value)) return compileNested(field, compileFields(value, path));
  if (!Array.isArray(value)) {
    throw new InvalidEventPatternError(`"${path}" must be an object or an array, but is ${JSON.stringify(value)}`);
  }
  if (value.length === 0) throw new InvalidEventPatternError(`empty arrays are not allowed: "${path}"`);
  return compileLeaf(field, value, path);
};

const compileNested =
  (field: string, test: FieldTest): FieldTest =>
  (object, siblings) => {
    const below = siblings.flatMap((sibling) => objectsIn(sibling[field]));
    const own = object === undefined ? [] : objectsIn(object[field]);
    // Fields that are matched together must be in the same element of an array.
    return own.length === 0 ? test(undefined, below) : own.some((candidate) => test(candidate, below));
  };

const compileLeaf = (field: string, rules: readonly unknown[], path: string): FieldTest => {
  let acceptsAbsent = false;
  const tests: ValueTest[] = [];
  for (const rule of rules) {
    if (isObject(rule) && "exists" in rule) {
      if (typeof rule["exists"] !== "boolean" || Object.keys(rule).length > 1) {
        throw new InvalidEventPatternError(`"exists" of "${path}" must be true or false alone`);
      }
      if (rule["exists"]) tests.push(() => true);
      else acceptsAbsent = true;
    } else {
      tests.push(compileValueRule(rule, path));
    }
  }
  return (object, siblings) => {
    if (object !== undefined && someLeaf(object[field], (leaf) => tests.some((test) => test(leaf)))) return true;
    return acceptsAbsent && !siblings.some((sibling) => someLeaf(sibling[field], () => true));
  };
};

const someLeaf = (value: unknown, test: (leaf: unknown) => boolean): boolean => {
  if (value === undefined || isObject(value)) return false;
  if (Array.isArray(value)) return value.some((element) => someLeaf(element, test));
  return test(value);
};

const objectsIn = (value: unknown): readonly Json[] => {
  if (isObject(value)) return [value];
  return Array.isArray(value) ? value.flatMap(objectsIn) : [];
};
