import type { ResourceRule } from "../rule";
import { shown, unknown } from "../value";

export const logGroupForgets: ResourceRule = {
  name: "log-group-forgets",
  area: "Operated",
  reason: "A log group without retention keeps every line forever, and what it holds is paid for and at risk forever.",
  source:
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#SettingLogRetention",
  fix: "Set retentionInDays.",
  severity: "medium",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  check: ({ label, properties }) => {
    const days = properties["retentionInDays"];
    return days === unknown || (typeof days === "number" && days > 0)
      ? []
      : [`${label} keeps its lines forever: retentionInDays is ${shown(days)}. Set it, to 30 for example.`];
  },
};
