import { arnOf, attachment, digits, type Provision, physicalName } from "../../kernel/program/provision";
import { passiveType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const provisionNetwork: Provision = (resource, at) => {
  const vpcId = `vpc-${digits(resource, 8)}`;
  const ids = (kind: string): readonly string[] => ["a", "b"].map((zone) => `${kind}-${digits(resource, 8)}${zone}`);
  return {
    id: "",
    outputs: {
      vpcId,
      vpc: { arn: arnOf("ec2", `vpc/${vpcId}`, at) },
      privateSubnetIds: ids("subnet-private"),
      publicSubnetIds: ids("subnet-public"),
      isolatedSubnetIds: [],
      routeTables: [...ids("rtb-private"), ...ids("rtb-public")].map((id) => ({ id })),
    },
  };
};

/** Networks only shape how AWS deploys: on this machine everything reaches everything. */
export const ec2Declaration: ServiceDeclaration = {
  name: "ec2",
  types: [
    passiveType("aws:ec2/securityGroup:SecurityGroup", (resource, at) => {
      const id = `sg-${digits(resource, 17)}`;
      return { id, outputs: { name: physicalName(resource), arn: arnOf("ec2", `security-group/${id}`, at) } };
    }),
    passiveType("aws:ec2/vpcEndpoint:VpcEndpoint", attachment),
    passiveType("awsx:ec2:Vpc", provisionNetwork),
  ],
};
