import type { ResourceRule } from "../rule";
import { at, unknown } from "../value";

export const tableHasPointInTimeRecovery: ResourceRule = {
  name: "table-has-point-in-time-recovery",
  area: "Nothing lost",
  reason: "Without point-in-time recovery what a wrong write or delete has destroyed cannot be brought back.",
  source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
  fix: "Set pointInTimeRecovery with enabled: true.",
  severity: "high",
  types: ["aws:dynamodb/table:Table"],
  check: ({ label, properties }) => {
    const enabled = at(properties["pointInTimeRecovery"], "enabled");
    return enabled === true || enabled === unknown
      ? []
      : [
          `${label} has no point-in-time recovery: what is destroyed by mistake cannot be brought back. Set pointInTimeRecovery with enabled: true.`,
        ];
  },
};
