import type { Permission } from "./permissions/permission";

/** A managed policy holds 6,144 characters, white space not counted: "IAM and AWS STS quotas" of IAM's user guide. */
const largestPolicy = 6_144;

/** Longest values that the template's references can have; a stack's name has at most 34 characters (settings/stack-name.ts). */
const longest: Readonly<Record<string, number>> = {
  "AWS::Region": 15,
  "AWS::AccountId": 12,
  Stack: 34,
  "SecretsKey.Arn": 90,
};

/** The permissions with each action once for the same resources and condition, sorted, so that their order says nothing. */
export function mergePermissions(permissions: readonly Permission[]): readonly Permission[] {
  const merged = new Map<string, Permission>();
  for (const { actions, resources, condition } of permissions) {
    const service = actions[0]?.split(":")[0];
    const key = JSON.stringify([service, resources, condition]);
    const all = [...new Set([...(merged.get(key)?.actions ?? []), ...actions])].sort();
    merged.set(key, { actions: all, resources, ...(condition === undefined ? {} : { condition }) });
  }
  return [...merged.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, permission]) => permission);
}

/** Characters of a permission as IAM counts them. */
const sizeOf = ({ actions, resources, condition }: Permission): number =>
  JSON.stringify({ Effect: "Allow", Action: actions, Resource: resources, Condition: condition }).replace(
    /\$\{([^}]+)\}/g,
    (_, name: string) => "x".repeat(longest[name] ?? 64),
  ).length + 1;

/** The permissions in as few parts as IAM's limit allows, each whole. */
export function inPolicies(permissions: readonly Permission[]): readonly (readonly Permission[])[] {
  const parts: Permission[][] = [];
  let room = 0;
  for (const permission of permissions) {
    const size = sizeOf(permission);
    if (size > room) {
      parts.push([]);
      room = largestPolicy - 60;
    }
    parts.at(-1)?.push(permission);
    room -= size;
  }
  return parts;
}
