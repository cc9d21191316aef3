import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { boundaryOf } from "./boundary";
import { inPolicies, mergePermissions } from "./merge-permissions";
import type { Permission } from "./permissions/permission";
import { permissionsFor } from "./permissions/permissions-by-type";
import { smoke } from "./permissions/smoke";
import { readState, writeState } from "./permissions/state";

type Template = Readonly<Record<string, unknown>>;

const sub = (text: string): unknown => (text.includes("${") ? { "Fn::Sub": text } : text);

/** Every text of a value with the template's references in it. */
const subbed = (value: unknown): unknown => {
  if (typeof value === "string") return sub(value);
  if (Array.isArray(value)) return value.map(subbed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, subbed(inner)]));
};

const statementOf = ({ actions, resources, condition }: Permission): Template => ({
  Effect: "Allow",
  Action: actions,
  Resource: subbed(resources),
  ...(condition === undefined ? {} : { Condition: subbed(condition) }),
});

const documentOf = (permissions: readonly Permission[]): Template => ({
  Version: "2012-10-17",
  Statement: permissions.map(statementOf),
});

const managedPolicy = (Description: string, permissions: readonly Permission[], name?: string): Template => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: {
    ...(name === undefined ? {} : { ManagedPolicyName: sub(name) }),
    Description,
    PolicyDocument: documentOf(permissions),
  },
});

/** Who may take a role on: jobs of the repository, as GitHub's token names them. */
const github = "token.actions.githubusercontent.com";
const inEnvironment = "repo:${Repository}:environment:${Stack}";
const onMain = "repo:${Repository}:ref:refs/heads/main";
const inPullRequest = "repo:${Repository}:pull_request";

const githubRole = (use: string, subjects: readonly string[], policies: readonly string[]): Template => ({
  Type: "AWS::IAM::Role",
  Properties: {
    RoleName: sub(`order-pipeline-\${Stack}-${use}`),
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: sub(`arn:aws:iam::\${AWS::AccountId}:oidc-provider/${github}`) },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: subbed({ [`${github}:aud`]: "sts.amazonaws.com", [`${github}:sub`]: subjects }) },
        },
      ],
    },
    ManagedPolicyArns: policies.map((Ref) => ({ Ref })),
  },
});

/** A role with what it may do, in as many policies as that takes. */
function roleWith(
  name: string,
  use: string,
  subjects: readonly string[],
  permissions: readonly Permission[],
): Template {
  const policies = inPolicies(mergePermissions(permissions)).map(
    (part, index) =>
      [`${name}Permissions${index + 1}`, managedPolicy(`What order-pipeline's ${use} role may do`, part)] as const,
  );
  return {
    ...Object.fromEntries(policies),
    [`${name}Role`]: githubRole(
      use,
      subjects,
      policies.map(([policy]) => policy),
    ),
  };
}

/** Kept when the template is deleted: without it nobody can tell what a stack has in AWS, nor read its secrets. */
const kept = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" };

const state: Template = {
  StateBucket: {
    Type: "AWS::S3::Bucket",
    ...kept,
    Properties: {
      BucketName: sub("order-pipeline-state-${Stack}-${AWS::AccountId}"),
      VersioningConfiguration: { Status: "Enabled" },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      LifecycleConfiguration: {
        Rules: [{ Id: "old-states", Status: "Enabled", NoncurrentVersionExpiration: { NoncurrentDays: 90 } }],
      },
    },
  },
  StateBucketPolicy: {
    Type: "AWS::S3::BucketPolicy",
    Properties: {
      Bucket: { Ref: "StateBucket" },
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [{ "Fn::GetAtt": ["StateBucket", "Arn"] }, sub("${StateBucket.Arn}/*")],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      },
    },
  },
  SecretsKey: {
    Type: "AWS::KMS::Key",
    ...kept,
    Properties: {
      Description: "Encrypts the secrets in the Pulumi stack's configuration and state",
      EnableKeyRotation: true,
      PendingWindowInDays: 30,
      KeyPolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AccountAdministersKey",
            Effect: "Allow",
            Principal: { AWS: sub("arn:aws:iam::${AWS::AccountId}:root") },
            Action: "kms:*",
            Resource: "*",
          },
        ],
      },
    },
  },
  SecretsKeyAlias: {
    Type: "AWS::KMS::Alias",
    ...kept,
    Properties: {
      AliasName: sub("alias/order-pipeline-${Stack}-secrets"),
      TargetKeyId: { Ref: "SecretsKey" },
    },
  },
};

/** A CloudFormation template of what must be there before the first deployment of a stack, deployed once by an administrator. */
export function bootstrapTemplate(graphs: readonly ResourceGraph[]): Template {
  const byType = permissionsFor(graphs);
  const read = byType.flatMap((it) => it.read);
  const write = byType.flatMap((it) => it.write);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description:
      "Before the first deployment of a stack of order-pipeline: where its state is kept, and the roles that GitHub Actions takes on. Generated: npm run deploy-role.",
    Parameters: {
      Stack: {
        Type: "String",
        AllowedPattern: "[a-z0-9](?:[a-z0-9-]{0,32}[a-z0-9])?",
        Description: "Name of the Pulumi stack, and of the GitHub environment that deploys it",
      },
      Repository: {
        Type: "String",
        AllowedPattern: "[A-Za-z0-9-]+/[A-Za-z0-9._-]+",
        Description: "owner/name on GitHub",
      },
      MakeOidcProvider: {
        Type: "String",
        AllowedValues: ["true", "false"],
        Default: "true",
        Description: "false where the account has GitHub's OpenID Connect provider already: there can be one",
      },
    },
    Conditions: { MakesOidcProvider: { "Fn::Equals": [{ Ref: "MakeOidcProvider" }, "true"] } },
    Resources: {
      ...state,
      GitHub: {
        Type: "AWS::IAM::OIDCProvider",
        Condition: "MakesOidcProvider",
        ...kept,
        Properties: { Url: `https://${github}`, ClientIdList: ["sts.amazonaws.com"] },
      },
      Boundary: managedPolicy(
        "Most that a role of order-pipeline's functions may do",
        mergePermissions(boundaryOf(graphs)),
        "order-pipeline-${Stack}-boundary",
      ),
      ...roleWith("Deploy", "deploy", [inEnvironment], [...read, ...write, ...writeState]),
      ...roleWith("Preview", "preview", [inPullRequest, onMain], [...read, ...readState]),
      ...roleWith("Smoke", "smoke", [inEnvironment], smoke),
    },
    Outputs: {
      BackendUrl: { Value: sub("s3://${StateBucket}?region=${AWS::Region}&awssdk=v2") },
      SecretsProvider: { Value: sub("awskms://${SecretsKeyAlias}?region=${AWS::Region}") },
      PermissionsBoundary: { Value: sub("order-pipeline-${Stack}-boundary") },
      DeployRole: { Value: { "Fn::GetAtt": ["DeployRole", "Arn"] } },
      PreviewRole: { Value: { "Fn::GetAtt": ["PreviewRole", "Arn"] } },
      SmokeRole: { Value: { "Fn::GetAtt": ["SmokeRole", "Arn"] } },
    },
  };
}
