import { PolicyPack } from "@pulumi/policy";
import { policyFrom } from "./policy-from";
import { rules } from "./rules";

// Nothing may follow this: the engine swallows an exception that comes after it, and shows the pack as passed.
new PolicyPack("order-pipeline", {
  description: "What an event-driven system on AWS must keep: least privilege, encryption, nothing lost, operated.",
  provider: "aws",
  enforcementLevel: "mandatory",
  policies: rules.map(policyFrom),
});
