import { describe, expect, it } from "vitest";
import type { AlarmState } from "../src/services/cloudwatch/alarm-evaluation";
import { readAlarmRule } from "../src/services/cloudwatch/alarm-rule-expression";
import { eventually } from "../testing/eventually";
import { alarm, failure, MINUTE, start, TOPIC } from "./metrics-fixture";
import { arnOf, callService, resource } from "./recorded-context";

const composite = (name: string, alarmRule: string) =>
  resource(
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    name,
    { alarmName: name, alarmRule, alarmDescription: "Nothing moves.", alarmActions: [TOPIC], okActions: [TOPIC] },
    { alarmName: name, arn: arnOf("cloudwatch", `alarm:${name}`) },
  );

describe("the rule of a composite alarm", () => {
  const present: Readonly<Record<string, AlarmState>> = { a: "ALARM", b: "OK", "c d": "INSUFFICIENT_DATA" };

  it.each([
    ['ALARM("a")', true],
    ["ALARM(b)", false],
    ['INSUFFICIENT_DATA("c d")', true],
    ['ALARM("unknown") OR OK("unknown")', false],
    ["ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a)", true],
    ["OK(a) OR OK(b) AND ALARM(a)", true],
    ["(OK(b) OR ALARM(a)) AND OK(a)", false],
    ["NOT ALARM(a) OR NOT ALARM(b)", true],
    ["TRUE AND NOT FALSE", true],
  ])("%s is %s", (rule, expected) => {
    expect(readAlarmRule(rule)((name) => present[name])).toBe(expected);
  });

  it.each([
    ["ALARM(a", 'alarm rule "ALARM(a" has its end where ) is expected'],
    ["ALARM(a) ALARM(b)", 'alarm rule "ALARM(a) ALARM(b)" has ALARM where its end is expected'],
    [
      "WARNING(a)",
      'alarm rule "WARNING(a)" has WARNING where ALARM, OK, INSUFFICIENT_DATA, NOT, TRUE, FALSE or ( is expected',
    ],
  ])("that is %s is refused", (rule, message) => {
    expect(() => readAlarmRule(rule)).toThrow(message);
  });
});

describe("a composite alarm", () => {
  it("follows the alarms it names, also one that is composite itself, and tells its topic", async () => {
    const { clock, context, host } = await start({
      resources: [
        alarm({ alarmActions: [], okActions: [] }),
        composite("shop", 'ALARM("standstill")'),
        composite("standstill", 'ALARM("dead-letters") OR ALARM("another")'),
      ],
    });
    const states = async () => {
      const described = await callService(host.service, "DescribeAlarms", { AlarmTypes: ["CompositeAlarm"] });
      const alarms: readonly Readonly<Record<string, string>>[] = Object(described).CompositeAlarms;
      return alarms.map(({ AlarmName, StateValue }) => `${AlarmName} ${StateValue}`);
    };
    await eventually(async () => expect(await states()).toEqual(["shop OK", "standstill OK"]));
    failure(host);
    await eventually(async () => expect(await states()).toEqual(["shop ALARM", "standstill ALARM"]));
    clock.now += 4 * MINUTE;
    await eventually(async () => expect(await states()).toEqual(["shop OK", "standstill OK"]));

    const told = context.recorded.map(({ value }) => JSON.parse(Object(value).body));
    expect(told.map(({ AlarmName, NewStateValue }) => `${AlarmName} ${NewStateValue}`)).toEqual([
      "shop OK",
      "standstill OK",
      "standstill ALARM",
      "shop ALARM",
      "standstill OK",
      "shop OK",
    ]);
    expect(told[2]).toMatchObject({
      AlarmRule: 'ALARM("dead-letters") OR ALARM("another")',
      AlarmDescription: "Nothing moves.",
      OldStateValue: "OK",
    });
    expect(told[2]).not.toHaveProperty("Trigger");
  });
});
