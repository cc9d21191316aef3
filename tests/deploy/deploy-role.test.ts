import { readFileSync } from "node:fs";
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";
import { arnPattern } from "iam-documents/pattern";
import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { bootstrapTemplate } from "../../deploy/bootstrap-template";
import { declaredGraphs } from "../../deploy/declared-graphs";
import type { Permission } from "../../deploy/permissions/permission";
import { permissionsByType, permissionsFor } from "../../deploy/permissions/permissions-by-type";
import { readTemplate, statementsOf, templateFile, templatePolicies } from "./bootstrap-template";
import { authorizedAction, overlap, wild } from "./iam-reference";

/** Actions that take resources and are granted on everything all the same, each with its reason. */
const onEverything: Readonly<Record<string, string>> = {
  "cloudwatch:GetMetricData": "a namespace has no ARN; the dataset that it takes is another thing",
  "cloudwatch:PutCompositeAlarm": "refused with any narrower scope",
  "cloudwatch:DescribeAlarms": "composite alarms are left out of the answer unless it is",
  "lambda:CreateEventSourceMapping": "the mapping has no ARN before it is made; limited by lambda:FunctionArn",
  "logs:DescribeLogGroups": "the provider lists by prefix",
  "logs:DeleteQueryDefinition": "a definition has no name to go by",
  "logs:PutQueryDefinition": "a definition has no name to go by",
  "logs:DescribeQueryDefinitions": "it lists",
  "ssm:DescribeParameters": "it lists",
  "states:ValidateStateMachineDefinition": "the definition is not a state machine yet",
  "cognito-idp:DescribeUserPoolDomain": "it looks in all pools",
};

/** Conditions that every action takes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const known = (key: string, keys: readonly string[]): boolean =>
  keys.some((it) => it === key || (it.includes("${") && key.startsWith(it.slice(0, it.indexOf("${")))));

const filled = (text: string, { accountId, region, stack }: ResourceGraph): string =>
  text.replaceAll("${AWS::AccountId}", accountId).replaceAll("${AWS::Region}", region).replaceAll("${Stack}", stack);

let graphs: readonly ResourceGraph[];

beforeAll(async () => {
  graphs = await declaredGraphs();
});

describe("the deploy role", () => {
  it("is committed as it is generated: npm run deploy-role", () => {
    expect(JSON.parse(readFileSync(templateFile, "utf8"))).toEqual(bootstrapTemplate(graphs));
  });

  it("is small enough for CloudFormation to take it without a bucket", () => {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    expect(readFileSync(templateFile).length).toBeLessThanOrEqual(51_200);
  });

  it("covers every resource that the program declares by name, and can create, read and delete it", () => {
    const uncovered = graphs.flatMap((graph) =>
      graph.resources.flatMap(({ type, urn, outputs }) => {
        const arn = outputs?.["arn"];
        const { read, write } = permissionsByType[type] ?? { read: [], write: [] };
        // The ARN of an event target is that of what it sends to.
        if (typeof arn !== "string" || type === "aws:cloudwatch/eventTarget:EventTarget") return [];
        const reached = (permissions: readonly Permission[]) =>
          permissions.some(({ resources }) => resources.some((it) => it !== "*" && arnPattern(filled(it, graph))(arn)));
        return reached(write) && (reached(read) || read.every(({ resources }) => resources[0] === "*"))
          ? []
          : [`${urn} ${arn}`];
      }),
    );
    expect(uncovered).toEqual([]);
  });

  it("says so when the program declares a type that nobody has given it permissions for", () => {
    const [graph] = graphs;
    if (graph === undefined) throw new Error("There is no graph.");
    const cache: ResourceNode = { ...graph.resources[0], type: "aws:elasticache/cluster:Cluster" } as ResourceNode;
    expect(() => permissionsFor([{ ...graph, resources: [...graph.resources, cache] }])).toThrow(
      "The deploy role has no permissions for aws:elasticache/cluster:Cluster",
    );
  });

  it("has no permissions left over from a type that is gone", () => {
    const declared = new Set(graphs.flatMap(({ resources }) => resources.map(({ type }) => type)));
    expect(Object.keys(permissionsByType).filter((type) => !declared.has(type))).toEqual([]);
  });
});

describe.each(["Deploy", "Preview", "Smoke", "Boundary"])("what %s is allowed", (role) => {
  it("names actions, resources and conditions as the Service Authorization Reference has them", async () => {
    const complaints: string[] = [];
    for (const { Action, Resource, Condition } of statementsOf(role)) {
      const keys = Object.values(Condition ?? {}).flatMap((block) => Object.keys(block));
      for (const action of Action) {
        const authorized = await authorizedAction(action);
        if (authorized === undefined) {
          complaints.push(`there is no action ${action}`);
          continue;
        }
        const { arns, conditionKeys } = authorized;
        const global = ["aws:ResourceTag/project", "aws:ResourceTag/stack"].filter(() => arns.length > 0);
        for (const key of keys) {
          if (!known(key, [...conditionKeys, ...global])) complaints.push(`${action} takes no condition on ${key}`);
        }
        if (Resource.includes("*")) {
          if (
            arns.length > 0 &&
            !(action in onEverything) &&
            role !== "Boundary" &&
            !action.startsWith("ec2:Describe")
          ) {
            complaints.push(`${action} is granted on everything, and takes ${arns.join(", ")}`);
          }
        } else if (!Resource.some((it) => arns.some((arn) => overlap(wild(it), arn)))) {
          complaints.push(`${action} takes none of ${Resource.join(", ")}, but ${arns.join(", ")}`);
        }
      }
    }
    expect(complaints).toEqual([]);
  });

  it("has no wildcard in an action", () => {
    expect(statementsOf(role).flatMap(({ Action }) => Action.filter((action) => action.includes("*")))).toEqual([]);
  });
});

describe("a role that deploys", () => {
  const allowing = (action: string) => statementsOf("Deploy").filter(({ Action }) => Action.includes(action));

  it.each(["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])(
    "may use %s within the boundary only",
    (action) => {
      expect(allowing(action).map(({ Condition }) => Condition)).toEqual([
        {
          StringEquals: {
            "iam:PermissionsBoundary": "arn:aws:iam::${AWS::AccountId}:policy/order-pipeline-${Stack}-boundary",
          },
        },
      ]);
    },
  );

  it.each(["iam:DeleteRolePermissionsBoundary", "iam:AttachRolePolicy", "iam:CreatePolicyVersion", "iam:CreateUser"])(
    "may not use %s",
    (action) => {
      expect(allowing(action)).toEqual([]);
    },
  );

  it("may tag a key and a user pool that it makes, which have no tags yet, and no other that is not ours", () => {
    const ours = { project: "order-pipeline", stack: "${Stack}" };
    const tagged = (kind: string) =>
      Object.fromEntries(Object.entries(ours).map(([tag, value]) => [`aws:${kind}Tag/${tag}`, value]));
    for (const action of ["kms:TagResource", "cognito-idp:TagResource"]) {
      const conditions = allowing(action).map(({ Condition }) => Condition);
      expect(conditions).toHaveLength(2);
      expect(conditions).toContainEqual({ StringEquals: tagged("Resource") });
      expect(conditions).toContainEqual({
        StringEquals: tagged("Request"),
        Null: { "aws:ResourceTag/project": "true", "aws:ResourceTag/stack": "true" },
      });
    }
  });

  it("passes roles to the services that the program's roles are for, and to no other", () => {
    const trusted = new Set(
      graphs.flatMap(({ resources }) =>
        resources
          .filter(({ type }) => type === "aws:iam/role:Role")
          .map(({ inputs }) => /"Service":"([^"]+)"/.exec(String(inputs["assumeRolePolicy"]))?.[1]),
      ),
    );
    expect(
      allowing("iam:PassRole").flatMap(({ Condition }) => Condition?.["StringEquals"]?.["iam:PassedToService"]),
    ).toEqual([...trusted].sort());
  });

  it("cannot change itself or its boundary: their names are not the program's", () => {
    const own = ["role/order-pipeline-prod-deploy", "policy/order-pipeline-prod-boundary"].map(
      (name) => `arn:aws:iam::444455556666:${name}`,
    );
    const reached = statementsOf("Deploy")
      .filter(({ Action }) => Action.some((action) => action.startsWith("iam:")))
      .flatMap(({ Resource }) => Resource.map((it) => it.replace("${AWS::AccountId}", "444455556666")))
      .filter((it) => own.some((arn) => arnPattern(it)(arn)));
    expect(reached).toEqual([]);
  });

  it("finds the boundary at every role of a stack that names it", () => {
    const [, , withOptions] = graphs;
    const roles = withOptions?.resources.filter(({ type }) => type === "aws:iam/role:Role") ?? [];
    expect(roles.length).toBeGreaterThan(10);
    expect(new Set(roles.map(({ inputs }) => inputs["permissionsBoundary"]))).toEqual(
      new Set([`arn:aws:iam::${withOptions?.accountId}:policy/order-pipeline-prod-boundary`]),
    );
  });
});

describe("the boundary", () => {
  it("lets roles use AWS's own keys of what is under one, through its service: such a key has no tags of ours", () => {
    const underKeysOfAws = graphs.flatMap(({ resources }) =>
      resources.flatMap(({ type, inputs }) => {
        if (type === "aws:sns/topic:Topic" && String(inputs["kmsMasterKeyId"]).startsWith("alias/aws/")) return ["sns"];
        if (type === "aws:ssm/parameter:Parameter" && inputs["keyId"] === undefined) return ["ssm"];
        return [];
      }),
    );
    const through = statementsOf("Boundary")
      .filter(({ Action }) => ["kms:Decrypt", "kms:GenerateDataKey"].every((action) => Action.includes(action)))
      .flatMap(({ Condition }) => Condition?.["StringEquals"]?.["kms:ViaService"] ?? []);
    expect(underKeysOfAws).toContain("sns");
    for (const service of underKeysOfAws) expect(through).toContain(`${service}.\${AWS::Region}.amazonaws.com`);
  });
});

describe("the template", () => {
  it("is nothing that AWS's validator complains of", () => {
    const { status, diagnostics } = new RegoEngine().validateStandard(new TemplateFile(templateFile), {
      severityLevel: "WARN",
    });
    expect(status).toBe("OK");
    expect(diagnostics.map(({ ruleId, entity, message }) => `${entity?.logicalId}: ${message} (${ruleId})`)).toEqual(
      [],
    );
  });

  it("keeps within IAM's 6,144 characters a policy and 10 policies a role, whatever the stack is called", () => {
    const longest = { "AWS::Region": "ap-southeast-99", "AWS::AccountId": "444455556666", Stack: "s".repeat(34) };
    for (const [name, document] of Object.entries(templatePolicies())) {
      const written = Object.entries(longest).reduce(
        (text, [reference, value]) => text.replaceAll(`\${${reference}}`, value),
        JSON.stringify(document).replaceAll(
          "${SecretsKey.Arn}",
          `arn:aws:kms:ap-southeast-99:444455556666:key/${"k".repeat(36)}`,
        ),
      );
      expect(written.length, name).toBeLessThanOrEqual(6_144);
    }
    expect(Object.keys(templatePolicies()).filter((name) => name.startsWith("Deploy")).length).toBeLessThanOrEqual(10);
  });

  it("lets the repository's environment deploy, and its pull requests only preview", () => {
    const subjects = Object.fromEntries(
      Object.entries(readTemplate().Resources)
        .filter(([, { Type }]) => Type === "AWS::IAM::Role")
        .map(([name, role]) => [
          name,
          [...JSON.stringify(role).matchAll(/repo:\$\{Repository\}:[^"]+/g)].map(([it]) => it),
        ]),
    );
    expect(subjects).toEqual({
      DeployRole: ["repo:${Repository}:environment:${Stack}"],
      PreviewRole: ["repo:${Repository}:pull_request", "repo:${Repository}:ref:refs/heads/main"],
      SmokeRole: ["repo:${Repository}:environment:${Stack}"],
    });
  });
});
