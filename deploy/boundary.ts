import { readPolicy } from "iam-documents/policy-document";
import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { allow, arn, type Condition, named, type Permission, taggedAsOurs } from "./permissions/permission";

const documentOf = (inputs: Readonly<Record<string, unknown>>): unknown => inputs["policy"];

/** The resource with the account, the region and the name left open: `arn:aws:sqs:eu-central-1:1:orders-inbox-5f2` is any queue of ours. */
const opened = (resource: string, { accountId, region, stack }: ResourceGraph): string =>
  resource
    .replace(accountId, "${AWS::AccountId}")
    .replace(region, "${AWS::Region}")
    .replace(`/${stack}/`, "/${Stack}/")
    .replace(/orders-.*$/, named);

/** Most that a role of the program may ever hold: what its functions, schedules and workflow are granted, on anything of ours. */
export function boundaryOf(graphs: readonly ResourceGraph[]): readonly Permission[] {
  const granted = graphs.flatMap((graph) =>
    graph.resources
      .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
      .flatMap(({ urn, inputs }) => {
        const { statements, problems } = readPolicy(documentOf(inputs));
        if (problems.length > 0) throw new Error(`${urn}: ${problems.join("; ")}.`);
        return statements.flatMap(({ actions, resources, condition }) =>
          resources.map((resource) => ({
            actions,
            resources: [opened(resource, graph)],
            ...(Object.keys(condition).length === 0 ? {} : { condition: condition as Condition }),
          })),
        );
      }),
  );
  // The keys' policies let every caller of the account in through services; within a boundary that takes this as well.
  const keys = [arn("kms", "key/*")];
  return [
    ...granted,
    allow("kms", "DescribeKey Decrypt GenerateDataKey CreateGrant", keys, taggedAsOurs),
    // AWS's own keys of a topic and of a parameter, which have no tags of ours; their policies let nobody in but through these.
    allow("kms", "Decrypt GenerateDataKey", keys, {
      StringEquals: { "kms:ViaService": ["sns", "ssm"].map((it) => `${it}.\${AWS::Region}.amazonaws.com`) },
    }),
  ];
}
