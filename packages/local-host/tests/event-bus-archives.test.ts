import { describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually";
import { archive, BUS, bodies, bus, entry, QUEUE, RULE, rule, sent, start, target } from "./event-bus-fixture";
import { arnOf, callService } from "./recorded-context";

describe("archives", () => {
  it("replays what an archive kept to the rules asked for, marked as replayed and not archived again", async () => {
    const { context, host } = await start([bus, rule(), target(), archive]);
    await callService(host.service, "PutEvents", {
      Entries: [
        { ...entry, Time: 1000 },
        { ...entry, Detail: '{"photo":2}', Time: 2000 },
      ],
    });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(2));
    const started = await callService(host.service, "StartReplay", {
      ReplayName: "again",
      EventSourceArn: arnOf("events", "archive/kept"),
      EventStartTime: 1500,
      EventEndTime: 2500,
      Destination: { Arn: BUS, FilterArns: [RULE] },
    });
    expect(started).toMatchObject({ State: "STARTING", ReplayArn: arnOf("events", "replay/again") });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(3));
    expect(bodies(context, QUEUE)[2]).toMatchObject({ "replay-name": "again", detail: { photo: 2 } });
    await eventually(async () =>
      expect(await callService(host.service, "DescribeReplay", { ReplayName: "again" })).toMatchObject({
        State: "COMPLETED",
        EventLastReplayedTime: 2000,
      }),
    );
    expect(await callService(host.service, "ListArchives", {})).toMatchObject({ Archives: [{ EventCount: 2 }] });
  });
});
