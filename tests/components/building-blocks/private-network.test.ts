import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource } from "../../support/stack-graph";
import { photoGraph, readerOf } from "./photo-graph";

let graph: ResourceGraph;
let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  graph = await photoGraph();
  declared = readerOf(graph);
});

describe("a private network", () => {
  it("has an endpoint for each API that is named, reached by HTTPS from the functions alone", () => {
    const group = (name: string) => resource(graph, "aws:ec2/securityGroup:SecurityGroup", name);
    expect(resource(graph, "aws:ec2/vpcEndpoint:VpcEndpoint", "home-sqs").inputs).toMatchObject({
      serviceName: "com.amazonaws.eu-west-1.sqs",
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      securityGroupIds: [group("home-endpoints").id],
    });
    expect(group("home-endpoints").inputs["ingress"]).toEqual([
      { protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: [group("home-functions").id] },
    ]);
    expect(graph.resources.map(({ name }) => name)).not.toContain("home-events");
  });

  it("is joined by the functions that are given it", () => {
    expect(JSON.stringify(declared.statements("rolePolicy", "guarded"))).toContain("ec2:CreateNetworkInterface");
    expect(JSON.stringify(declared.statements("rolePolicy", "plain"))).not.toContain("ec2:");
  });
});
