import { describe, expect, it } from "vitest";
import { logLineWords } from "../../src/console/page/log-line";

describe("a line of a log in words", () => {
  it("is what a JSON line says, and then what it says it of", () => {
    const line = { level: "warn", time: 1, message: "not printed", photo: "a.jpg", pages: 2, paper: { size: "A4" } };
    expect(logLineWords(JSON.stringify(line))).toEqual({
      says: "not printed",
      rest: 'photo=a.jpg pages=2 paper={"size":"A4"}',
      level: "warn",
      whole: JSON.stringify(line, null, 2),
    });
  });

  it("is the same in Lambda's text format, behind time, request and level", () => {
    const line = '2026-11-26T16:50:00.000Z\t0d3a6c1e-8b8e-4d5f-9a55-0c2f4f0a7b11\tERROR\t{"message":"spoilt"}';
    expect(logLineWords(line)).toEqual({ says: "spoilt", rest: "", level: "error", whole: line });
  });

  it("is the first line of what is not JSON, and an error when it says so", () => {
    expect(logLineWords("Task timed out after 3.00 seconds\nmore")).toMatchObject({
      says: "Task timed out after 3.00 seconds",
      level: "error",
    });
    expect(logLineWords("START RequestId: 1")).toMatchObject({ says: "START RequestId: 1", level: "info" });
  });

  it("leaves out what was searched for", () => {
    expect(logLineWords('{"message":"printed","photo":"a.jpg","pages":2}', "a.jpg").rest).toBe("pages=2");
  });

  it("is cut where it is long, but not as a whole", () => {
    const { says, whole } = logLineWords("x".repeat(1_000));
    expect([says.length, whole.length]).toEqual([161, 1_000]);
  });
});
