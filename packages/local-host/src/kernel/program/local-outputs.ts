import { type ResourceGraph, resourcesOf } from "./resource-graph";

/** The stack's outputs, with addresses that are AWS's in the cloud and this machine's here. */
export function localOutputs(graph: ResourceGraph, awsEndpoint: string): Readonly<Record<string, unknown>> {
  const replacements = resourcesOf(graph, "aws:cognito/userPoolDomain:UserPoolDomain").map(
    ({ inputs }): readonly [string, string] => [
      `https://${String(inputs["domain"])}.auth.${graph.region}.amazoncognito.com`,
      `${awsEndpoint}/${String(inputs["userPoolId"])}`,
    ],
  );
  const here = (value: unknown): unknown =>
    typeof value === "string" ? replacements.reduce((text, [from, to]) => text.replace(from, to), value) : value;
  return Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, here(value)]));
}
