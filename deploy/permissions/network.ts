import { allow, arn, everything, type TypePermissions, taggedAsOurs } from "./permission";

const ec2 = (rest: string): string => arn("ec2", rest);

/** What awsx.ec2.Vpc makes: a VPC with subnets, gateways and their routes. All have ids for names. */
const parts = [
  ...["elastic-ip", "internet-gateway", "natgateway", "route-table", "security-group", "subnet", "vpc", "vpc-endpoint"],
  "security-group-rule",
].map((part) => ec2(`${part}/*`));

const describe: TypePermissions["read"] = [
  allow(
    "ec2",
    "DescribeAvailabilityZones DescribeAddresses DescribeAddressesAttribute DescribeInternetGateways DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaces DescribePrefixLists DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups DescribeSubnets DescribeVpcAttribute DescribeVpcEndpoints DescribeVpcs",
    everything,
  ),
];

/** The setting `vpc`. Nothing is made without tags, and nothing changed that has not this stack's. */
export const network: Readonly<Record<string, TypePermissions>> = {
  "awsx:ec2:Vpc": {
    read: describe,
    write: [
      allow(
        "ec2",
        "CreateVpc CreateSubnet CreateRouteTable CreateInternetGateway CreateNatGateway AllocateAddress CreateTags",
        parts,
      ),
      allow(
        "ec2",
        "ModifyVpcAttribute ModifySubnetAttribute AttachInternetGateway DetachInternetGateway AssociateRouteTable DisassociateRouteTable CreateRoute ReplaceRoute DeleteRoute DeleteVpc DeleteSubnet DeleteRouteTable DeleteInternetGateway DeleteNatGateway ReleaseAddress DisassociateAddress DeleteTags",
        parts,
        taggedAsOurs,
      ),
    ],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    read: describe,
    write: [
      allow("ec2", "CreateSecurityGroup CreateTags", parts),
      allow(
        "ec2",
        "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress RevokeSecurityGroupEgress RevokeSecurityGroupIngress DeleteSecurityGroup DeleteTags",
        parts,
        taggedAsOurs,
      ),
    ],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    read: describe,
    write: [
      allow("ec2", "CreateVpcEndpoint CreateTags", parts),
      allow("ec2", "ModifyVpcEndpoint DeleteVpcEndpoints DeleteTags", parts, taggedAsOurs),
      // For the private DNS names of an interface endpoint, whose hosted zone is AWS's (hasura/ddn-docs#1075).
      allow("route53", "AssociateVPCWithHostedZone", ["arn:aws:route53:::hostedzone/*"]),
    ],
  },
};
