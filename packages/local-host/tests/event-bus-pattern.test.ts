import { describe, expect, it } from "vitest";
import { matchesPattern, parseEventPattern } from "../src/services/event-bridge/event-pattern";

const event = {
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "111122223333",
  time: "2017-12-22T18:43:48Z",
  region: "us-west-1",
  resources: ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
  detail: {
    "instance-id": "i-1234567890abcdef0",
    state: "terminated",
    "c-count": 5,
    "d-count": 2,
    "x-limit": 301.8,
    "source-ip": "10.0.0.7",
    FileName: "image.PNG",
    FilePath: "arn:aws:s3:::bucket/dir/file.jpg",
    empty: "",
    nothing: null,
    flag: true,
    none: [],
  },
};

const matches = (pattern: Readonly<Record<string, unknown>>): boolean =>
  matchesPattern(parseEventPattern(JSON.stringify(pattern)), event);
const detail = (field: string, ...rules: unknown[]): boolean => matches({ detail: { [field]: rules } });

describe("an event pattern", () => {
  it.each([
    ["an exact value", { source: ["aws.ec2"] }],
    ["one of several values", { source: ["aws.s3", "aws.ec2"] }],
    ["every field named", { source: ["aws.ec2"], detail: { state: ["terminated"] } }],
    ["a value in an array", { resources: ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"] }],
    ["a number however it is written", { detail: { "c-count": [5.0] } }],
    ["an empty string", { detail: { empty: [""] } }],
    ["null", { detail: { nothing: [null] } }],
    ["a boolean", { detail: { flag: [true] } }],
    ["a prefix", { time: [{ prefix: "2017-12-22" }] }],
    ["a prefix whatever its case", { source: [{ prefix: { "equals-ignore-case": "AWS." } }] }],
    ["a suffix", { detail: { FileName: [{ suffix: ".PNG" }] } }],
    ["a suffix whatever its case", { detail: { FileName: [{ suffix: { "equals-ignore-case": ".png" } }] } }],
    ["a value whatever its case", { detail: { FileName: [{ "equals-ignore-case": "IMAGE.png" }] } }],
    ["anything but a value", { detail: { state: [{ "anything-but": "initializing" }] } }],
    ["anything but a number", { detail: { "x-limit": [{ "anything-but": 123 }] } }],
    ["anything but listed numbers", { detail: { "x-limit": [{ "anything-but": [100, 200, 300] }] } }],
    ["anything but a prefix", { detail: { state: [{ "anything-but": { prefix: "init" } }] } }],
    ["anything but listed prefixes", { detail: { state: [{ "anything-but": { prefix: ["init", "stop"] } }] } }],
    ["anything but a suffix", { detail: { FileName: [{ "anything-but": { suffix: ".txt" } }] } }],
    [
      "anything but a value whatever its case",
      { detail: { state: [{ "anything-but": { "equals-ignore-case": "Init" } }] } },
    ],
    ["anything but a wildcard", { detail: { FilePath: [{ "anything-but": { wildcard: "*/lib/*" } }] } }],
    ["a number in a range", { detail: { "c-count": [{ numeric: [">", 0, "<=", 5] }] } }],
    [
      "several numeric fields",
      { detail: { "d-count": [{ numeric: ["<", 10] }], "x-limit": [{ numeric: ["=", 3.018e2] }] } },
    ],
    ["an address in a block", { detail: { "source-ip": [{ cidr: "10.0.0.0/24" }] } }],
    ["a field that exists", { detail: { state: [{ exists: true }] } }],
    ["a field that does not exist", { detail: { "c-counter": [{ exists: false }] } }],
    ["a field that does not exist below one that does not", { other: { deep: [{ exists: false }] } }],
    ["a wildcard", { detail: { FilePath: [{ wildcard: "arn:aws:s3:::bucket/*/file.*" }] } }],
    ["one alternative of $or", { detail: { $or: [{ "c-count": [{ numeric: [">", 9] }] }, { "d-count": [2] }] } }],
    ["$or beside another field", { source: ["aws.ec2"], $or: [{ region: ["us-west-1"] }, { account: ["1"] }] }],
    ["nested $or", { $or: [{ source: ["x"] }, { $or: [{ region: ["us-west-1"] }, { region: ["x"] }] }] }],
  ])("matches %s", (_what, pattern) => {
    expect(matches(pattern)).toBe(true);
  });

  it.each([
    ["another value", { source: ["aws.s3"] }],
    ["a field that is missing", { detail: { missing: ["x"] } }],
    ["one field of two that differs", { source: ["aws.ec2"], region: ["eu-west-1"] }],
    ["a number written as a string", { detail: { "c-count": ["5"] } }],
    ["a string where null is meant", { detail: { nothing: ["null"] } }],
    ["another case", { source: ["AWS.EC2"] }],
    ["a prefix elsewhere", { source: [{ prefix: "ec2" }] }],
    ["a prefix of a number", { detail: { "c-count": [{ prefix: "5" }] } }],
    ["anything but the value", { detail: { state: [{ "anything-but": ["stopped", "terminated"] }] } }],
    ["anything but its prefix", { detail: { state: [{ "anything-but": { prefix: ["x", "term"] } }] } }],
    ["anything but a value of a field that is missing", { detail: { missing: [{ "anything-but": "x" }] } }],
    ["a number out of range", { detail: { "c-count": [{ numeric: [">", 5] }] } }],
    ["a string compared with numbers", { detail: { state: [{ numeric: [">", 0] }] } }],
    ["an address outside a block", { detail: { "source-ip": [{ cidr: "10.0.1.0/24" }] } }],
    ["no address", { detail: { state: [{ cidr: "10.0.0.0/24" }] } }],
    ["a wildcard that needs more", { detail: { FilePath: [{ wildcard: "arn:aws:s3:::bucket/*/other.*" }] } }],
    ["an existing field that should not", { detail: { state: [{ exists: false }] } }],
    ["an empty array as existing", { detail: { none: [{ exists: true }] } }],
    ["an object as existing: only leaves exist", { detail: [{ exists: true }] }],
    ["no alternative of $or", { detail: { $or: [{ "c-count": [9] }, { "d-count": [9] }] } }],
  ])("does not match %s", (_what, pattern) => {
    expect(matches(pattern)).toBe(false);
  });

  it("takes \\* and \\\\ in a wildcard for the characters themselves, and nothing else as special", () => {
    const path = (value: string, wildcard: string) =>
      matchesPattern(parseEventPattern(JSON.stringify({ path: [{ wildcard }] })), { path: value });
    expect(path("a*b", "a\\*b")).toBe(true);
    expect(path("axb", "a\\*b")).toBe(false);
    expect(path("a\\b", "a\\\\b")).toBe(true);
    expect(path("a.b", "a.*")).toBe(true);
    expect(path("aXb", "a.*")).toBe(false);
    expect(path("line\nbreak", "line*")).toBe(true);
  });

  it("matches IPv6 blocks, and no IPv4 address with them", () => {
    const ip = (value: string) => matchesPattern({ ip: [{ cidr: "2001:db8::/32" }] }, { ip: value });
    expect(ip("2001:db8::17")).toBe(true);
    expect(ip("2001:db9::17")).toBe(false);
    expect(ip("10.0.0.1")).toBe(false);
  });

  it("wants fields that are matched together in the same element of an array", () => {
    const photo = {
      lines: [
        { item: "a", count: 1 },
        { item: "b", count: 2 },
      ],
    };
    expect(matchesPattern({ lines: { item: ["a"], count: [1] } }, photo)).toBe(true);
    expect(matchesPattern({ lines: { item: ["a"], count: [2] } }, photo)).toBe(false);
    expect(matchesPattern({ lines: { item: [{ exists: false }] } }, photo)).toBe(false);
    expect(matchesPattern({ lines: { note: [{ exists: false }] } }, photo)).toBe(true);
  });

  it("looks at each value of an array for anything-but", () => {
    expect(matchesPattern({ tags: [{ "anything-but": "a" }] }, { tags: ["a", "b"] })).toBe(true);
    expect(matchesPattern({ tags: [{ "anything-but": "a" }] }, { tags: ["a"] })).toBe(false);
  });

  it("takes $or for a field's name when it does not hold alternatives", () => {
    expect(matchesPattern({ $or: ["x"] }, { $or: "x" })).toBe(true);
  });

  it("combines rules of one field as alternatives", () => {
    expect(detail("state", { prefix: "x" }, { suffix: "ated" })).toBe(true);
    expect(detail("missing", "x", { exists: false })).toBe(true);
  });

  it.each([
    ['{"source":"aws"}', '"source" must be an object or an array, but is "aws"'],
    ['{"source":[]}', 'empty arrays are not allowed: "source"'],
    ["{}", "the pattern has no fields"],
    ["[1]", "it must be an object, but is [1]"],
    ["{", "it is not JSON: {"],
    ['{"a":{"b":[{"starts":"x"}]}}', '"a.b" has an unrecognized match type starts'],
    ['{"a":[{"numeric":["~",1]}]}', '"a" has an unrecognized numeric operator "~"'],
    ['{"a":[{"numeric":[">",6000000000]}]}', '"a" compares with 6000000000; numbers from -5e9 to 5e9 are possible'],
    ['{"a":[{"cidr":"10.0.0.0/33"}]}', '"a" has a malformed CIDR block 10.0.0.0/33; 10.0.0.0/24 would do'],
    ['{"a":[{"wildcard":"a**b"}]}', '"a" has consecutive wildcards: a**b'],
    ['{"a":[{"exists":"yes"}]}', '"exists" of "a" must be true or false alone'],
    ['{"a":[{"anything-but":["x",1]}]}', '"a" needs all strings or all numbers in anything-but: ["x",1]'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', '"a" must list values or objects of one operator'],
  ])("%s is refused as PutRule does", (json, reason) => {
    expect(() => parseEventPattern(json)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
    expect(() => parseEventPattern(json)).toThrow(expect.objectContaining({ name: "InvalidEventPatternException" }));
  });
});
