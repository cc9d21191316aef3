import { add, set } from "./fixture";
import { document, queueArn, queuePolicy, roleArn, tableArn, topicArn } from "./fixture-resources";
import type { RuleCase } from "./rule-case";

const allows = (statement: object): string => document({ Effect: "Allow", ...statement });
const nothing = {};

export const iamCases: readonly RuleCase[] = [
  {
    rule: "no-wildcard-action",
    breaks: "a role policy that allows all of DynamoDB",
    change: set("worker-policy", { policy: allows({ Action: ["dynamodb:*"], Resource: tableArn }) }),
    finds: {
      "worker-policy":
        "role policy worker-policy allows dynamodb:*: it grants every action that AWS adds later. List the actions that are used.",
    },
    inPreview: nothing,
  },
  {
    rule: "no-wildcard-action",
    breaks: "a role policy that allows all but a few actions",
    change: set("worker-policy", { policy: allows({ NotAction: ["iam:PassRole"], Resource: tableArn }) }),
    finds: {
      "worker-policy":
        "role policy worker-policy allows all actions but iam:PassRole (NotAction): it grants every action that AWS adds later. List the actions that are used in Action.",
    },
    inPreview: nothing,
  },
  {
    rule: "no-wildcard-action",
    breaks: "a component's grant of all reads, whose ARN is unknown",
    change: set("worker-component", { grants: [{ actions: ["dynamodb:Get*"], resources: [tableArn] }] }),
    finds: {
      "worker-component":
        "worker worker-component allows dynamodb:Get*: it grants every action that AWS adds later. List the actions that are used.",
    },
  },
  {
    rule: "no-wildcard-resource",
    breaks: "a role policy that allows a write on every table",
    change: set("worker-policy", { policy: allows({ Action: "dynamodb:PutItem", Resource: "*" }) }),
    finds: {
      "worker-policy":
        "role policy worker-policy allows dynamodb:PutItem on *: the action can be limited to resources. Name their ARNs in Resource.",
    },
  },
  {
    rule: "no-wildcard-resource",
    breaks: "a component's grant on every queue of the account",
    change: set("worker-component", {
      grants: [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-central-1:111122223333:*"] }],
    }),
    finds: {
      "worker-component":
        "worker worker-component allows sqs:SendMessage on arn:aws:sqs:eu-central-1:111122223333:*: the action can be limited to resources. Name their ARNs in Resource.",
    },
  },
  {
    rule: "no-wildcard-resource",
    breaks: "a component's grant of metrics in every namespace, where another is limited to one",
    change: set("worker-component", {
      grants: [
        {
          actions: ["cloudwatch:PutMetricData"],
          resources: ["*"],
          condition: { StringEquals: { "cloudwatch:namespace": "Worker" } },
        },
        {
          actions: ["cloudwatch:PutMetricData"],
          resources: ["*"],
          condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } },
        },
      ],
    }),
    finds: {
      "worker-component":
        "worker worker-component allows cloudwatch:PutMetricData on *: the action can be limited to resources. Name their ARNs in Resource.",
    },
  },
  {
    rule: "no-wildcard-resource",
    breaks: "a role policy that allows a read on all tables but one",
    change: set("worker-policy", { policy: allows({ Action: "dynamodb:GetItem", NotResource: tableArn }) }),
    finds: {
      "worker-policy":
        "role policy worker-policy allows dynamodb:GetItem on all resources but some (NotResource): the action can be limited to resources. Name their ARNs in Resource.",
    },
    inPreview: nothing,
  },
  {
    rule: "no-full-access-policy",
    breaks: "a role with AmazonSQSFullAccess",
    change: set("attachment", { policyArn: "arn:aws:iam::aws:policy/AmazonSQSFullAccess" }),
    finds: {
      attachment:
        "role policy attachment attachment attaches arn:aws:iam::aws:policy/AmazonSQSFullAccess: it grants far more than one program needs. Write a policy with the actions and resources that are used.",
    },
  },
  {
    rule: "no-full-access-policy",
    breaks: "a role that lists AdministratorAccess",
    change: set("relay-role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    finds: {
      "relay-role":
        "role relay-role attaches arn:aws:iam::aws:policy/AdministratorAccess: it grants far more than one program needs. Write a policy with the actions and resources that are used.",
    },
  },
  {
    rule: "no-open-trust",
    breaks: "a topic that everybody may publish to",
    change: set("news-policy", {
      policy: document(
        {
          Effect: "Deny",
          Principal: "*",
          Action: "*",
          Resource: topicArn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        { Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: topicArn },
      ),
    }),
    finds: {
      "news-policy":
        'topic policy news-policy trusts everybody (principal "*") without a condition: anyone with an AWS account can use it. Name a principal or add a condition.',
    },
    inPreview: nothing,
  },
  {
    rule: "no-open-trust",
    breaks: "a role that all of another account may assume",
    change: set("relay-role", {
      assumeRolePolicy: allows({ Principal: { AWS: "arn:aws:iam::999988887777:root" }, Action: "sts:AssumeRole" }),
    }),
    finds: {
      "relay-role":
        'role relay-role trusts "arn:aws:iam::999988887777:root" of another account without a condition: whoever gets hold of that account can use it. Add a condition such as sts:ExternalId or aws:PrincipalOrgID.',
    },
  },
  {
    rule: "no-confused-deputy",
    breaks: "a role that Step Functions may assume for anybody",
    change: set("relay-role", {
      assumeRolePolicy: allows({ Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }),
    }),
    finds: {
      "relay-role":
        "role relay-role lets states.amazonaws.com in for any customer's resource: a stranger can have the service use it. Add a condition on aws:SourceArn or aws:SourceAccount.",
    },
  },
  {
    rule: "no-confused-deputy",
    breaks: "a key that EventBridge may use for anybody, beside looking at it",
    change: set("key", {
      policy: document(
        { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "kms:DescribeKey", Resource: "*" },
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: ["kms:DescribeKey", "kms:Decrypt"],
          Resource: "*",
        },
      ),
    }),
    finds: {
      key: "key key lets sns.amazonaws.com in for any customer's resource: a stranger can have the service use it. Add a condition on aws:SourceArn or aws:SourceAccount.",
    },
  },
  {
    rule: "no-confused-deputy",
    breaks: "a permission for any API of anybody",
    change: set("api-invokes", { sourceArn: undefined }),
    finds: {
      "api-invokes":
        "permission api-invokes lets apigateway.amazonaws.com in for any customer's resource: a stranger can have the service use it. Set sourceArn.",
    },
  },
  {
    rule: "no-confused-deputy",
    breaks: "a queue that SNS may send to for anybody",
    change: add({
      ...queuePolicy("news-dlq", {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn("news-dlq"),
      }),
      name: "open-policy",
    }),
    finds: {
      "open-policy":
        "queue policy open-policy lets sns.amazonaws.com in for any customer's resource: a stranger can have the service use it. Add a condition on aws:SourceArn or aws:SourceAccount.",
    },
    inPreview: nothing,
  },
  {
    rule: "no-confused-deputy",
    breaks: "a role under a condition that anything meets",
    change: set("relay-role", {
      assumeRolePolicy: allows({
        Principal: { Service: "states.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { ArnLike: { "aws:SourceArn": "*" } },
      }),
    }),
    finds: {
      "relay-role":
        "role relay-role lets states.amazonaws.com in for any customer's resource: a stranger can have the service use it. Add a condition on aws:SourceArn or aws:SourceAccount.",
    },
  },
  {
    rule: "no-open-trust",
    breaks: "a role for all accounts but one",
    change: set("relay-role", {
      assumeRolePolicy: allows({
        Principal: "*",
        Action: "sts:AssumeRole",
        Condition: { StringNotEquals: { "aws:PrincipalAccount": "999988887777" } },
      }),
    }),
    finds: {
      "relay-role":
        'role relay-role trusts everybody (principal "*") without a condition: anyone with an AWS account can use it. Name a principal or add a condition.',
    },
  },
  {
    rule: "no-open-trust",
    breaks: "a role that everybody but one may assume",
    change: set("relay-role", {
      assumeRolePolicy: allows({ NotPrincipal: { AWS: "999988887777" }, Action: "sts:AssumeRole" }),
    }),
    finds: {
      "relay-role":
        'role relay-role trusts everybody (principal "*") without a condition: anyone with an AWS account can use it. Name a principal or add a condition.',
    },
  },
  {
    rule: "one-role-per-function",
    breaks: "two functions with one role",
    change: set("relay", { role: roleArn("worker") }),
    finds: {
      relay:
        "function relay shares role worker-role with function worker: each can do what the other may. Give it a role of its own.",
    },
  },
];
