import {
  allow,
  arn,
  everything,
  type TypePermissions,
  taggedAsOurs,
  taggedAsOursWhenMade,
  toBeTaggedAsOurs,
} from "./permission";

const apis = ["arn:aws:apigateway:${AWS::Region}::/apis"];
/** An API has an id for a name, and its parts have no tags. */
const inApis = ["arn:aws:apigateway:${AWS::Region}::/apis/*"];
const apiTags = ["arn:aws:apigateway:${AWS::Region}::/tags/*"];
const pools = [arn("cognito-idp", "userpool/*")];

/** Made by API Gateway with an account's first API: https://docs.aws.amazon.com/apigateway/latest/developerguide/using-service-linked-roles.html */
const itsService = "ops.apigateway.amazonaws.com";
const itsRole = arn("iam", `role/aws-service-role/${itsService}/AWSServiceRoleForAPIGateway`, "");

const apiPart: TypePermissions = {
  read: [allow("apigateway", "GET", inApis)],
  write: [allow("apigateway", "POST PATCH PUT DELETE", inApis)],
};

const poolPart = (kind: string): TypePermissions => ({
  read: [allow("cognito-idp", `Describe${kind}`, pools, taggedAsOurs)],
  write: [allow("cognito-idp", `Create${kind} Update${kind} Delete${kind}`, pools, taggedAsOurs)],
});

/** What clients meet first: the API and who may call it. */
export const edge: Readonly<Record<string, TypePermissions>> = {
  "aws:apigatewayv2/api:Api": {
    read: [...apiPart.read, allow("apigateway", "GET", apiTags)],
    write: [
      ...apiPart.write,
      allow("apigateway", "POST", apis),
      allow("apigateway", "POST PUT DELETE", apiTags),
      allow("iam", "CreateServiceLinkedRole", [itsRole], { StringEquals: { "iam:AWSServiceName": itsService } }),
    ],
  },
  "aws:apigatewayv2/authorizer:Authorizer": apiPart,
  "aws:apigatewayv2/integration:Integration": apiPart,
  "aws:apigatewayv2/route:Route": apiPart,
  "aws:apigatewayv2/stage:Stage": {
    read: apiPart.read,
    write: [
      ...apiPart.write,
      // To turn on the access log: "Configure logging for HTTP APIs" of API Gateway's developer guide.
      allow(
        "logs",
        "CreateLogDelivery UpdateLogDelivery DeleteLogDelivery GetLogDelivery ListLogDeliveries PutResourcePolicy DescribeResourcePolicies",
        everything,
      ),
    ],
  },
  "aws:cognito/userPool:UserPool": {
    read: [allow("cognito-idp", "DescribeUserPool GetUserPoolMfaConfig ListTagsForResource", pools, taggedAsOurs)],
    write: [
      allow("cognito-idp", "CreateUserPool", everything, toBeTaggedAsOurs),
      allow("cognito-idp", "TagResource", pools, taggedAsOursWhenMade),
      allow(
        "cognito-idp",
        "UpdateUserPool SetUserPoolMfaConfig DeleteUserPool TagResource UntagResource",
        pools,
        taggedAsOurs,
      ),
    ],
  },
  "aws:cognito/userPoolClient:UserPoolClient": poolPart("UserPoolClient"),
  "aws:cognito/resourceServer:ResourceServer": poolPart("ResourceServer"),
  "aws:cognito/userPoolDomain:UserPoolDomain": {
    read: [allow("cognito-idp", "DescribeUserPoolDomain", everything)],
    write: [
      allow("cognito-idp", "CreateUserPoolDomain UpdateUserPoolDomain DeleteUserPoolDomain", pools, taggedAsOurs),
    ],
  },
};
