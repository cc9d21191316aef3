import * as ec2 from "@pulumi/aws/ec2";
import * as awsxEc2 from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./grant";

export interface PrivateNetworkArgs {
  readonly region: string;
  /** AWS APIs that functions call, by the names of their endpoints: `sqs`, `sync-states`. Those of DynamoDB and S3 are always there. */
  readonly endpoints: readonly string[];
}

/** Reached through the VPC's route tables, free of charge. */
const gatewayEndpoints = ["dynamodb", "s3"] as const;

/** A VPC with private subnets in two zones, one NAT gateway, and endpoints for the AWS APIs that functions call. */
export class PrivateNetwork extends pulumi.ComponentResource {
  /** What a function needs to run in the private subnets. */
  readonly vpcConfig: {
    readonly subnetIds: pulumi.Output<string[]>;
    readonly securityGroupIds: pulumi.Output<string>[];
  };

  constructor(
    name: string,
    { region, endpoints: services }: PrivateNetworkArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("order-pipeline:index:PrivateNetwork", name, {}, options);
    const child = { parent: this };
    const vpc = new awsxEc2.Vpc(
      name,
      {
        numberOfAvailabilityZones: 2,
        natGateways: { strategy: "Single" },
        enableDnsHostnames: true,
        subnetStrategy: "Auto",
      },
      child,
    );
    const functions = new ec2.SecurityGroup(
      `${name}-functions`,
      {
        vpcId: vpc.vpcId,
        description: "Lambda functions: nothing comes in, HTTPS goes out",
        egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
      },
      child,
    );
    const endpoints = new ec2.SecurityGroup(
      `${name}-endpoints`,
      {
        vpcId: vpc.vpcId,
        description: "Endpoints of AWS APIs: HTTPS from the functions",
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: [functions.id] }],
      },
      child,
    );
    // Not as vpcEndpointSpecs of the VPC, which belong to no route table: what no route leads to costs as the NAT gateway does.
    // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    for (const service of gatewayEndpoints) {
      new ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.vpcId,
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Gateway",
          routeTableIds: vpc.routeTables.apply((tables) => tables.map(({ id }) => id)),
        },
        child,
      );
    }
    for (const service of services) {
      new ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.vpcId,
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: vpc.privateSubnetIds,
          securityGroupIds: [endpoints.id],
        },
        child,
      );
    }
    this.vpcConfig = { subnetIds: vpc.privateSubnetIds, securityGroupIds: [functions.id] };
    this.registerOutputs({ vpcId: vpc.vpcId });
  }

  /** Lambda creates and deletes network interfaces with the function's role; their ARNs are not known in advance. */
  grantsJoin(): readonly Grant[] {
    return [
      {
        actions: [
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ],
        resources: ["*"],
      },
    ];
  }
}
