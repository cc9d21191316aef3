import type { ResourceRule } from "../rule";
import { isSet, itemsOf } from "../value";

export const alarmNotifies: ResourceRule = {
  name: "alarm-notifies",
  area: "Operated",
  reason: "An alarm without an action changes its colour on a page that nobody looks at.",
  source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
  fix: "Set alarmActions to a topic's ARN.",
  severity: "medium",
  types: ["aws:cloudwatch/compositeAlarm:CompositeAlarm", "aws:cloudwatch/metricAlarm:MetricAlarm"],
  check: ({ label, properties }) =>
    itemsOf(properties["alarmActions"]).some(isSet) && properties["actionsEnabled"] !== false
      ? []
      : [`${label} tells nobody: it has no alarmActions that are enabled. Set alarmActions to a topic's ARN.`],
};
