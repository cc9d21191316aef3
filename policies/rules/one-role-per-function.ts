import type { StackRule } from "../rule";

export const oneRolePerFunction: StackRule = {
  name: "one-role-per-function",
  area: "IAM",
  reason: "Functions that share a role can each do what the others may do.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  fix: "Give each function a role of its own.",
  severity: "medium",
  checkStack: (stack) =>
    stack.of("aws:iam/role:Role").flatMap((role) => {
      const [first, ...others] = stack.referringTo(role, "aws:lambda/function:Function", "role");
      return others.map((resource) => ({
        resource,
        message: `${resource.label} shares ${role.label} with ${first?.label}: each can do what the other may. Give it a role of its own.`,
      }));
    }),
};
