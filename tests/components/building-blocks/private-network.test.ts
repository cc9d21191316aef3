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

  it("leads to DynamoDB and S3 from every route table, past the NAT gateway", () => {
    const tables = resource(graph, "awsx:ec2:Vpc", "home").outputs["routeTables"] as readonly { readonly id: string }[];
    expect(tables).not.toEqual([]);
    for (const service of ["dynamodb", "s3"]) {
      expect(resource(graph, "aws:ec2/vpcEndpoint:VpcEndpoint", `home-${service}`).inputs).toEqual({
        vpcId: resource(graph, "awsx:ec2:Vpc", "home").outputs["vpcId"],
        serviceName: `com.amazonaws.eu-west-1.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map(({ id }) => id),
      });
    }
    expect(resource(graph, "awsx:ec2:Vpc", "home").inputs).not.toHaveProperty("vpcEndpointSpecs");
  });

  it("is joined by the functions that are given it", () => {
    expect(JSON.stringify(declared.statements("rolePolicy", "guarded"))).toContain("ec2:CreateNetworkInterface");
    expect(JSON.stringify(declared.statements("rolePolicy", "plain"))).not.toContain("ec2:");
  });
});
