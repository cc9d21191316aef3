import { describe, expect, it } from "vitest";
import { matchesPattern, parseEventPattern } from "../src/services/event-bridge/event-pattern";
import cases from "./event-patterns.json";

// The published grammar, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, and
// where that leaves something open, the reader of patterns that EventBridge has published, https://github.com/aws/event-ruler.

const answer = (pattern: unknown, event: unknown): boolean | "INVALID" => {
  try {
    return matchesPattern(parseEventPattern(JSON.stringify(pattern)), event);
  } catch (error) {
    expect(error).toMatchObject({ name: "InvalidEventPatternException" });
    return "INVALID";
  }
};

/** What a field's rules make of a value; `missing` for no such field. */
const missing = Symbol("missing");
const rule = (rules: unknown, value: unknown) => answer({ a: rules }, value === missing ? {} : { a: value });

describe("cases that people tried on EventBridge, with its answers", () => {
  it.each(cases)("$name: $expected", ({ pattern, event, expected }) => {
    expect(answer(pattern, event)).toBe(expected);
  });
});

describe("a field's rules", () => {
  it.each<[rules: unknown, value: unknown, expected: boolean]>([
    [["x"], "x", true],
    [["x"], "X", false],
    [["x", "y"], ["z", "y"], true],
    [["x"], [], false],
    [["1"], 1, false],
    [[1], "1", false],
    [[1], 1.0, true],
    [[300], 3e2, true],
    [[true], true, true],
    [[true], "true", false],
    [[null], null, true],
    [[null], "", false],
    [[null], missing, false],
    [[""], "", true],
    [[""], null, false],
    [[""], missing, false],
    [[{ prefix: "ab" }], "abc", true],
    [[{ prefix: "ab" }], "cab", false],
    [[{ prefix: "" }], "anything", true],
    [[{ prefix: "" }], 1, false],
    [[{ prefix: "1" }], 12, false],
    [[{ prefix: { "equals-ignore-case": "AB" } }], "abc", true],
    [[{ prefix: { "equals-ignore-case": "AB" } }], "bab", false],
    [[{ suffix: "bc" }], "abc", true],
    [[{ suffix: "bc" }], "abcd", false],
    [[{ suffix: { "equals-ignore-case": "BC" } }], "abc", true],
    [[{ "equals-ignore-case": "ABC" }], "aBc", true],
    [[{ "equals-ignore-case": "" }], "", true],
    [[{ "equals-ignore-case": "ABC" }], "abcd", false],
    [[{ wildcard: "a*c" }], "abbc", true],
    [[{ wildcard: "a*c" }], "ac", true],
    [[{ wildcard: "a*c" }], "acd", false],
    [[{ wildcard: "*" }], "", true],
    [[{ wildcard: "a\\*c" }], "a*c", true],
    [[{ wildcard: "a\\*c" }], "abc", false],
    [[{ wildcard: "a*a*a*a*" }], "aaaa", true],
    [[{ "anything-but": "x" }], "y", true],
    [[{ "anything-but": "x" }], "x", false],
    [[{ "anything-but": "x" }], 1, true],
    [[{ "anything-but": "x" }], null, true],
    [[{ "anything-but": "x" }], missing, false],
    [[{ "anything-but": "x" }], ["x", "y"], true],
    [[{ "anything-but": ["x", "y"] }], "y", false],
    [[{ "anything-but": 0 }], 0, false],
    [[{ "anything-but": [0, 1] }], 2, true],
    [[{ "anything-but": [0, 1] }], "0", true],
    [[{ "anything-but": { prefix: "x" } }], "xy", false],
    [[{ "anything-but": { prefix: ["x", "y"] } }], "z", true],
    [[{ "anything-but": { prefix: "1" } }], 1, true],
    [[{ "anything-but": { suffix: ["x", "y"] } }], "zy", false],
    [[{ "anything-but": { suffix: "x" } }], null, true],
    [[{ "anything-but": { "equals-ignore-case": "X" } }], "x", false],
    [[{ "anything-but": { "equals-ignore-case": ["X", "Y"] } }], "y", false],
    [[{ "anything-but": { "equals-ignore-case": ["X", "Y"] } }], "z", true],
    [[{ "anything-but": { wildcard: "*/lib/*" } }], "/a/lib/b", false],
    [[{ "anything-but": { wildcard: ["*.jar", "*.zip"] } }], "a.txt", true],
    [[{ "anything-but": { wildcard: "" } }], "a", true],
    [[{ numeric: ["=", 5] }], 5.0, true],
    [[{ numeric: ["<", 5] }], 5, false],
    [[{ numeric: [">=", 5] }], 5, true],
    [[{ numeric: [">", 0, "<=", 5] }], 5, true],
    [[{ numeric: [">", 0, "<", 5] }], 0, false],
    [[{ numeric: [">", -1.5] }], -1.4, true],
    [[{ numeric: [">", 0] }], "5", false],
    [[{ numeric: [">", 0] }], [-1, 2], true],
    [[{ exists: true }], null, true],
    [[{ exists: true }], missing, false],
    [[{ exists: true }], [], false],
    [[{ exists: true }], { b: 1 }, false],
    [[{ exists: false }], missing, true],
    [[{ exists: false }], "", false],
    [[{ exists: false }, "x"], "x", true],
    [[{ exists: false }, "x"], "y", false],
    [[{ cidr: "10.0.0.0/24" }], "10.0.0.255", true],
    [[{ cidr: "10.0.0.0/24" }], "10.0.1.0", false],
    [[{ cidr: "10.0.0.0/32" }], "10.0.0.0", true],
    [[{ cidr: "2001:db8::/32" }], "2001:db8:1::1", true],
    [[{ cidr: "10.0.0.0/24" }], "x", false],
    [[{ cidr: "10.0.0.0/24" }], 10, false],
  ])("%j of %j: %j", (rules, value, expected) => {
    expect(rule(rules, value)).toBe(expected);
  });

  it.each<[rules: unknown]>([
    ["x"],
    [1],
    [null],
    [[]],
    [{}],
    [[[]]],
    [[["x"]]],
    [[{}]],
    [[{ starts: "x" }]],
    [[{ Prefix: "x" }]],
    [[{ prefix: "x", suffix: "y" }]],
    [[{ prefix: 1 }]],
    [[{ prefix: ["x"] }]],
    [[{ prefix: { suffix: "x" } }]],
    [[{ prefix: { "equals-ignore-case": 1 } }]],
    [[{ prefix: { "equals-ignore-case": "x", more: 1 } }]],
    [[{ suffix: null }]],
    [[{ suffix: ["x"] }]],
    [[{ "equals-ignore-case": 1 }]],
    [[{ "equals-ignore-case": ["x", "y"] }]],
    [[{ wildcard: 1 }]],
    [[{ wildcard: ["x*"] }]],
    [[{ wildcard: "a**b" }]],
    [[{ wildcard: "a\\b" }]],
    [[{ wildcard: "a\\" }]],
    [[{ "anything-but": null }]],
    [[{ "anything-but": true }]],
    [[{ "anything-but": [] }]],
    [[{ "anything-but": {} }]],
    [[{ "anything-but": [null] }]],
    [[{ "anything-but": ["x", 1] }]],
    [[{ "anything-but": [["x"]] }]],
    [[{ "anything-but": [{ prefix: "x" }] }]],
    [[{ "anything-but": 6e9 }]],
    [[{ "anything-but": { numeric: ["=", 1] } }]],
    [[{ "anything-but": { prefix: "" } }]],
    [[{ "anything-but": { suffix: "" } }]],
    [[{ "anything-but": { prefix: ["x", ""] } }]],
    [[{ "anything-but": { prefix: 1 } }]],
    [[{ "anything-but": { prefix: ["x", 1] } }]],
    [[{ "anything-but": { prefix: [] } }]],
    [[{ "anything-but": { prefix: { "equals-ignore-case": "x" } } }]],
    [[{ "anything-but": { suffix: { "equals-ignore-case": "x" } } }]],
    [[{ "anything-but": { "equals-ignore-case": 1 } }]],
    [[{ "anything-but": { "equals-ignore-case": [1, 2] } }]],
    [[{ "anything-but": { wildcard: 1 } }]],
    [[{ "anything-but": { wildcard: [1] } }]],
    [[{ "anything-but": { wildcard: "a**" } }]],
    [[{ "anything-but": { prefix: "x", suffix: "y" } }]],
    [[{ numeric: [] }]],
    [[{ numeric: 5 }]],
    [[{ numeric: ["="] }]],
    [[{ numeric: [5] }]],
    [[{ numeric: ["!=", 5] }]],
    [[{ numeric: ["=", "5"] }]],
    [[{ numeric: [">", null] }]],
    [[{ numeric: [">", 5, "<"] }]],
    [[{ numeric: ["<", 5, ">", 1] }]],
    [[{ numeric: [">", 9, "<", 5] }]],
    [[{ numeric: [">=", 5, "<=", 5] }]],
    [[{ numeric: ["=", 5, "<", 9] }]],
    [[{ numeric: [">", 1, "=", 5] }]],
    [[{ numeric: [">", 1, ">", 5] }]],
    [[{ numeric: [">", 1, "<", 5, "<", 9] }]],
    [[{ numeric: [">", 6e9] }]],
    [[{ exists: "true" }]],
    [[{ exists: null }]],
    [[{ exists: true, prefix: "x" }]],
    [[{ cidr: 1 }]],
    [[{ cidr: "10.0.0.0" }]],
    [[{ cidr: "10.0.0/24" }]],
    [[{ cidr: "10.0.0.0/33" }]],
    [[{ cidr: "10.0.0.0/x" }]],
    [[{ cidr: "2001:db8::/129" }]],
    [[{ cidr: "x::/32" }]],
  ])("%j is refused", (rules) => {
    expect(rule(rules, "x")).toBe("INVALID");
  });

  it("may have only so many wildcards that a value could match at once", () => {
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
    expect(rule([{ wildcard: "*:*:*:*:*:event-bus/*" }], "a:b:c:d:e:event-bus/f")).toBe("INVALID");
    expect(rule([{ wildcard: "*a*a*a*a*a*" }], "aaaaa")).toBe("INVALID");
    expect(rule([{ "anything-but": { wildcard: "*a*a*a*a*a*" } }], "aaaaa")).toBe("INVALID");
    expect(rule([{ wildcard: "*".concat("a*".repeat(500)) }], "a")).toBe("INVALID");
    expect(rule([{ wildcard: "*a*b*" }, { wildcard: "*b*a*" }, { wildcard: "*ab*ba*" }], "a")).toBe("INVALID");
    expect(rule([{ wildcard: "*a*b*c*d*e*" }], "abcde")).toBe(true);
    expect(rule([{ wildcard: "arn:aws:*:*:*:event-bus/*" }], "arn:aws:a:b:c:event-bus/d")).toBe(true);
    expect(rule([{ wildcard: "*.png" }, { wildcard: "*.jpg" }, { wildcard: "dir/*/file" }], "a.jpg")).toBe(true);
  });
});

describe("keys joined by dots", () => {
  it.each<[pattern: unknown, event: unknown, expected: boolean]>([
    [{ "a.b": ["x"] }, { a: { b: "x" } }, true],
    [{ a: { b: ["x"] } }, { "a.b": "x" }, true],
    [{ "a.b": ["x"] }, { "a.b": "x" }, true],
    [{ "a.b.c": ["x"] }, { a: { "b.c": "x" } }, true],
    [{ a: { "b.c": ["x"] } }, { "a.b": { c: "x" } }, true],
    [{ "a.b": ["x"] }, { a: [{ b: "y" }, { b: "x" }] }, true],
    [{ "a.b": ["x"] }, { a: "x" }, false],
    [{ "a.b": [{ exists: false }] }, { a: { b: "x" } }, false],
    [{ "a.b": [{ exists: false }] }, { a: { c: "x" } }, true],
    [{ "a.b": ["x"], "a.c": ["y"] }, { a: [{ b: "x" }, { c: "y" }] }, false],
  ])("%j of %j: %j", (pattern, event, expected) => {
    expect(answer(pattern, event)).toBe(expected);
  });
});

describe("$or", () => {
  const two = { $or: [{ a: [1] }, { b: [2] }] };
  it.each<[pattern: unknown, event: unknown, expected: boolean | "INVALID"]>([
    [two, { a: 1 }, true],
    [two, { b: 2 }, true],
    [two, { a: 2, b: 1 }, false],
    [{ c: [3], ...two }, { b: 2, c: 3 }, true],
    [{ c: [3], ...two }, { b: 2 }, false],
    [{ d: two }, { d: { b: 2 } }, true],
    [{ $or: [{ a: [1], b: [2] }, { c: [3] }] }, { a: 1, c: 2 }, false],
    [{ $or: [two, { c: [3] }] }, { c: 3 }, true],
    [{ $or: [{ a: [{ exists: false }] }, { b: [{ numeric: [">", 1] }] }] }, { a: 1, b: 2 }, true],
    [{ $or: ["x"] }, { $or: "x" }, true],
    [{ $or: [{ prefix: "x" }, { suffix: "y" }] }, { $or: "xz" }, true],
    [{ $or: [{ a: [1] }] }, { a: 1 }, "INVALID"],
    [{ $or: [{ a: [1] }, "x"] }, { a: 1 }, "INVALID"],
    [{ $or: [{ a: [1] }, {}] }, { a: 1 }, "INVALID"],
    [{ $or: [{ a: 1 }, { b: [2] }] }, { a: 1 }, "INVALID"],
    [{ $or: [] }, { a: 1 }, "INVALID"],
    [{ $or: "x" }, { a: 1 }, "INVALID"],
  ])("%j of %j: %j", (pattern, event, expected) => {
    expect(answer(pattern, event)).toBe(expected);
  });

  it("has at most a thousand combinations", () => {
    const ten = (field: string) => ({ $or: Array.from({ length: 10 }, (_, value) => ({ [field]: [value] })) });
    expect(answer({ x: ten("a"), y: ten("b"), z: ten("c") }, { x: { a: 9 }, y: { b: 9 }, z: { c: 9 } })).toBe(true);
    expect(answer({ x: ten("a"), y: ten("b"), z: ten("c"), w: two }, {})).toBe("INVALID");
  });
});

describe("the whole of a pattern", () => {
  it.each([["[]"], ["null"], ["1"], ['"x"'], ["{"], [""], ["{}"], ['{"a":{}}'], ['{"a":{"b":{}}}']])(
    "%s is refused",
    (json) => {
      expect(() => parseEventPattern(json)).toThrow("Event pattern is not valid. Reason: ");
    },
  );

  it("nested without end is refused, and an event nested without end is only another event", () => {
    const deep = (levels: number) => `${'{"a":'.repeat(levels)}["x"]${"}".repeat(levels)}`;
    expect(() => parseEventPattern(deep(20_000))).toThrow("nested deeper than 1000 levels");
    const lists = `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    expect(() => parseEventPattern(lists)).toThrow("nested deeper than 1000 levels");
    expect(answer({ a: { a: ["x"] } }, JSON.parse(deep(20_000)))).toBe(false);
    expect(answer({ a: ["x"] }, { a: JSON.parse(`${"[".repeat(20_000)}"x"${"]".repeat(20_000)}`) })).toBe(true);
  });

  it("takes a time that grows with the event, not with the ways to combine its arrays", () => {
    const elements = Array.from({ length: 300 }, (_, index) => ({ a: 1, b: index, c: 1 }));
    const arrays = Object.fromEntries(["p", "q", "r", "s", "t"].map((name) => [name, elements]));
    const wanted = Object.fromEntries(["p", "q", "r", "s"].map((name) => [name, { a: [1], c: [1] }]));
    expect(answer({ ...wanted, t: { a: [1], b: [-1] } }, arrays)).toBe(false);
    expect(answer({ ...wanted, t: { a: [1], b: [299] } }, arrays)).toBe(true);
  });
});
