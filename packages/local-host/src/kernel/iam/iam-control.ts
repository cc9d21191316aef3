import * as z from "zod";
import { type ControlAnswer, localControl } from "../endpoint/local-control";
import type { IamAccessControl } from "./iam-access-control";
import type { PermissionRecord } from "./permission-record";
import type { PolicyRule } from "./policy-rule";

const change = z.strictObject({
  /** A role's name or ARN, or a service principal. */
  holder: z.string(),
  action: z.string(),
  /** As the policy has it. Default: all that the holder may do the action on. */
  resource: z.string().optional(),
  /** The source that the permission is for, as the policy has it. Default: all. */
  source: z.string().optional(),
  /** True takes the permission away, false gives it back. */
  denied: z.boolean(),
});

const holds = (rule: PolicyRule, holder: string): boolean =>
  rule.holder.name === holder || rule.holder.name.split("/").at(-1) === holder;

/**
 * Answers `GET /_local/iam`: every permission of the program, whether it was used since the start, and what was
 * refused. `POST /_local/iam` takes a permission away from the running host, or gives it back; `DELETE /_local/iam`
 * begins the record anew.
 */
export const iamControl = (access: IamAccessControl, record: PermissionRecord) => {
  const state = () => ({
    grants: access.grants().map((rule) => ({
      kind: rule.kind,
      holder: rule.holder.name,
      action: rule.action,
      resource: rule.resource,
      sources: rule.sources,
      used: record.isUsed(rule),
      removed: rule.removed,
    })),
    denied: record.deniedCalls(),
  });

  const apply = (input: unknown): ControlAnswer => {
    const parsed = change.safeParse(input);
    if (!parsed.success) return [400, { message: z.prettifyError(parsed.error) }];
    const { holder, action, resource, source, denied } = parsed.data;
    const chosen = access
      .grants()
      .filter(
        (rule) =>
          holds(rule, holder) &&
          rule.action === action &&
          (resource === undefined || rule.resource === resource) &&
          (source === undefined || rule.sources.includes(source)),
      );
    if (chosen.length === 0) {
      const own = access.grants().filter((rule) => holds(rule, holder));
      const known = own.map((rule) => `${rule.action} on ${rule.resource}`).join("; ") || "nothing";
      return [
        404,
        { message: `${holder} has no permission ${action} on ${resource ?? "anything"}. It has: ${known}.` },
      ];
    }
    access.setRemoved(chosen, denied);
    return [200, { changed: chosen.length }];
  };

  return localControl("/_local/iam", {
    GET: () => [200, state()],
    POST: apply,
    DELETE: () => {
      record.forget();
      // What is decided already would not be told of again.
      access.setRemoved([], false);
      return [200, {}];
    },
  });
};
