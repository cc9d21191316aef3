import { describe, expect, it } from "vitest";
import { Collected } from "../../../components/building-blocks/collected";

describe("what is collected for one resource", () => {
  it("is all that was added in the same turn of the event loop, in that sequence", async () => {
    const names = new Collected<string>("the policy of the queue photos");
    names.add("first");
    await Promise.resolve();
    names.add("second");
    expect(await names.all).toEqual(["first", "second"]);
  });

  it("is complete after that: what would be missing in AWS is refused by name", async () => {
    const names = new Collected<string>("the policy of the queue photos");
    await names.all;
    expect(() => names.add("late")).toThrow(
      "the policy of the queue photos is complete: connect the queue in the same turn of the event loop that makes it, before the program awaits anything.",
    );
  });
});
