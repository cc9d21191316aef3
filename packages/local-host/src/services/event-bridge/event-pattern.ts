import { isJsonObject, isNestedDeeperThan } from "../../kernel/endpoint/json-object";
import { compileFieldRules, type FieldRules } from "./event-pattern-field";
import { type FlatEvent, flattenEvent, type Membership } from "./flat-event";
import { InvalidEventPatternError } from "./invalid-event-pattern-error";

/** An EventBridge event pattern, as JSON: fields to lists of accepted values, nested as the event is. */
export interface EventPattern {
  readonly [field: string]: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Rules that must all hold, by the dotted path of their field: one way in which a pattern with $or can match. */
type Branch = ReadonlyMap<string, FieldRules>;

interface CompiledPattern {
  readonly branches: readonly Branch[];
  /** Every path of a rule, and every beginning of one. */
  readonly paths: ReadonlySet<string>;
}

/** Levels of a pattern; those of EventBridge are at most 4,096 characters long. */
const deepest = 1_000;

/** Branches of the alternatives of all $or, multiplied. */
const mostBranches = 1_000;

/** Operators; an object with one of these names is not an alternative of an $or, which then is a field like any other. */
const operators: ReadonlySet<string> = new Set([
  ...["anything-but", "cidr", "equals-ignore-case", "exactly", "exists", "numeric", "prefix", "suffix", "wildcard"],
]);

const compiledPatterns = new WeakMap<EventPattern, CompiledPattern>();

/**
 * Whether an event matches a pattern in EventBridge's pattern language: exact values, prefix, suffix,
 * equals-ignore-case, anything-but, numeric, exists, cidr, wildcard and $or, on nested fields and arrays. A key with a
 * dot is the same as keys nested, in the pattern and in the event. The pattern is compiled once.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 *
 * @throws InvalidEventPatternError
 */
export const matchesPattern = (pattern: EventPattern, event: unknown): boolean => {
  const compiled = compiledPatterns.get(pattern) ?? compile(pattern);
  const flat = flattenEvent(event, compiled.paths);
  return compiled.branches.some((branch) => matchesBranch(branch, flat));
};

/** Reads a pattern from the JSON text that a rule has, and checks it. */
export const parseEventPattern = (json: string): EventPattern => {
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch {
    throw new InvalidEventPatternError(`it is not JSON: ${json}`);
  }
  if (isNestedDeeperThan(deepest, json)) {
    throw new InvalidEventPatternError(`it is nested deeper than ${deepest} levels`);
  }
  if (!isJsonObject(pattern)) throw new InvalidEventPatternError(`it must be an object, but is ${json}`);
  compile(pattern);
  return pattern;
};

const compile = (pattern: EventPattern): CompiledPattern => {
  const branches = branchesOf(pattern, "", [new Map()]);
  const paths = new Set<string>();
  for (const path of branches.flatMap((branch) => [...branch.keys()])) {
    for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) paths.add(path.slice(0, dot));
    paths.add(path);
  }
  const compiled = { branches, paths };
  compiledPatterns.set(pattern, compiled);
  return compiled;
};

/** Adds the rules of an object of the pattern to each branch; an $or in it makes as many of each as it has alternatives. */
const branchesOf = (pattern: Json, path: string, before: readonly Branch[]): readonly Branch[] => {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidEventPatternError(`${path || "the pattern"} has no fields`);
  let branches = before;
  for (const [field, value] of entries) {
    const inner = path === "" ? field : `${path}.${field}`;
    if (isOr(field, value)) {
      branches = value.flatMap((alternative) => branchesOf(alternative, path, branches));
    } else if (isJsonObject(value)) branches = branchesOf(value, inner, branches);
    else {
      const rules = compileFieldRules(value, inner);
      branches = branches.map((branch) => new Map([...branch, [inner, rules]]));
    }
    if (branches.length > mostBranches) {
      throw new InvalidEventPatternError(`its $or have more than ${mostBranches} combinations`);
    }
  }
  return branches;
};

const isOr = (field: string, value: unknown): value is readonly Json[] =>
  field === "$or" &&
  Array.isArray(value) &&
  value.length > 1 &&
  value.every((each) => isJsonObject(each) && !Object.keys(each).some((name) => operators.has(name)));

/**
 * Finds a value for each field such that those of one array come from the same element of it. What has failed once for
 * the remaining fields and the elements that matter to them is not tried again.
 */
const matchesBranch = (branch: Branch, event: FlatEvent): boolean => {
  const fields = [...branch].map(([path, rules]) => ({ ...rules, values: event.get(path) ?? [] }));
  const arraysFrom: ReadonlySet<number>[] = [];
  for (const { values } of fields.toReversed()) {
    arraysFrom.unshift(
      new Set([...(arraysFrom[0] ?? []), ...values.flatMap(({ membership }) => [...membership.keys()])]),
    );
  }
  const failed = new Set<string>();
  const rest = (index: number, before: Membership): boolean => {
    const field = fields[index];
    if (field === undefined) return true;
    const chosen = new Map([...before].filter(([array]) => arraysFrom[index]?.has(array) === true));
    const key = `${index} ${[...chosen].sort(([a], [b]) => a - b).join()}`;
    if (failed.has(key)) return false;
    if (field.values.length === 0 && field.acceptsAbsent && rest(index + 1, chosen)) return true;
    for (const { leaf, membership } of field.values) {
      if (!field.test(leaf)) continue;
      const together = joined(chosen, membership);
      if (together !== undefined && rest(index + 1, together)) return true;
    }
    failed.add(key);
    return false;
  };
  return rest(0, new Map());
};

/** Both memberships as one; undefined when they are of different elements of the same array. */
const joined = (one: Membership, other: Membership): Membership | undefined => {
  for (const [array, element] of other) if ((one.get(array) ?? element) !== element) return undefined;
  return other.size === 0 ? one : new Map([...one, ...other]);
};
