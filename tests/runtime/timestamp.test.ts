import { describe, expect, it } from "vitest";
import { timestampSchema } from "../../runtime/values/timestamp";

describe("a timestamp", () => {
  it.each([
    ["2026-11-21T09:00:00.120Z", "2026-11-21T09:00:00.120Z"],
    ["2026-11-21T09:00:00Z", "2026-11-21T09:00:00.000Z"],
    ["2026-11-21T09:00:00.1Z", "2026-11-21T09:00:00.100Z"],
    ["2026-11-21T09:00:00.123456Z", "2026-11-21T09:00:00.123Z"],
  ])("%s is kept to the millisecond", (read, kept) => {
    expect(timestampSchema.parse(read)).toBe(kept);
  });

  it.each(["", "2026-11-21", "2026-11-21T09:00:00+01:00", "2026-13-01T00:00:00.000Z", "yesterday"])(
    "is not %j",
    (text) => {
      expect(timestampSchema.safeParse(text).success).toBe(false);
    },
  );
});
