import type { ResourceRule } from "../rule";
import { holdsUnknown, itemsOf, shown } from "../value";

export const functionRunsOnArm64: ResourceRule = {
  name: "function-runs-on-arm64",
  area: "Operated",
  reason: "The same work costs a fifth less on arm64.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html",
  fix: 'Set architectures to ["arm64"].',
  severity: "low",
  level: "advisory",
  types: ["aws:lambda/function:Function"],
  check: ({ label, properties }) => {
    const { architectures } = properties;
    return holdsUnknown(architectures) || itemsOf(architectures).includes("arm64")
      ? []
      : [
          `${label} runs on x86_64 (architectures is ${shown(architectures)}), which costs a quarter more. Set architectures to ["arm64"].`,
        ];
  },
};
