import { stackOf } from "../resource";
import type { ResourceRule } from "../rule";
import { at, isProperties } from "../value";

export const noSimulatedService: ResourceRule = {
  name: "no-simulated-service",
  area: "Operated",
  reason: "A simulated service says yes to everything: orders are shipped that nobody has paid for.",
  source:
    "https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_multi_env.html",
  fix: "Set the service's URL; `simulated` is for dev and *-dev stacks.",
  severity: "critical",
  types: ["aws:lambda/function:Function"],
  check: (resource) => {
    const stack = stackOf(resource);
    const variables = at(resource.properties["environment"], "variables");
    if (/^(?:.*-)?dev$/.test(stack) || !isProperties(variables)) return [];
    return Object.entries(variables)
      .filter(([name, value]) => name.endsWith("_URL") && value === "simulated")
      .map(
        ([name]) =>
          `${resource.label} has ${name} "simulated" in the stack ${stack}: it says yes to everything. Set the service's URL; simulated is for dev.`,
      );
  },
};
