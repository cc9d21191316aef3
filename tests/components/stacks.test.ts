import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { describe, expect, it } from "vitest";
import { statementsOf } from "../support/declared-by";
import { resource, stackGraph, stacks } from "../support/stack-graph";

const inputsOfType = (graph: ResourceGraph, type: string): readonly Readonly<Record<string, unknown>>[] =>
  graph.resources.filter((node) => node.type === type).map(({ inputs }) => inputs);

describe("each stack", () => {
  it.each(stacks)("%s names everything after itself and tags it", async (stack) => {
    const graph = await stackGraph(stack);
    expect(graph.resources.every(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::order-pipeline::`))).toBe(true);
    const environment = stack === "dev" ? {} : { environment: stack };
    const { region, defaultTags } = resource(graph, "pulumi:providers:aws", "aws").inputs;
    expect(region).toBe("eu-central-1");
    expect(JSON.parse(String(defaultTags))).toEqual({ tags: { project: "order-pipeline", stack, ...environment } });
  });

  it("goes to another region by one setting", async () => {
    const graph = await stackGraph("dev", { "aws:region": "ap-southeast-2" });
    expect(graph.region).toBe("ap-southeast-2");
    // Code is left out: what a bundle calls regions is the SDK's own list.
    const elsewhere = graph.resources.filter(({ inputs }) =>
      JSON.stringify({ ...inputs, code: "" }).includes("eu-central-1"),
    );
    expect(elsewhere.map(({ urn }) => urn)).toEqual([]);
    expect(JSON.stringify(graph.outputs)).not.toContain("eu-central-1");
  });

  it.each(stacks)("%s has its logs under one prefix, but for those that AWS wants under its own", async (stack) => {
    const names = inputsOfType(await stackGraph(stack), "aws:cloudwatch/logGroup:LogGroup").map(({ name }) =>
      String(name),
    );
    const [vended, own] = [true, false].map((isVended) =>
      names.filter((name) => name.startsWith("/aws/vendedlogs/") === isVended),
    );
    expect(vended).toHaveLength(2);
    expect(vended?.filter((name) => !name.endsWith(`-${stack}`))).toEqual([]);
    expect(own?.filter((name) => !name.startsWith(`/order-pipeline/${stack}/orders-`))).toEqual([]);
  });

  it.each(stacks)("%s gives every component a parent, and every resource a component", async (stack) => {
    const graph = await stackGraph(stack);
    const roots = graph.resources.filter(({ parent }) => parent === undefined).map(({ name }) => name);
    expect(roots.sort()).toEqual(["aws", "orders", "orders-guard"]);
  });

  it.each(stacks)(
    "%s is guarded whole: the engine would have to delete the guard before anything else",
    async (stack) => {
      const graph = await stackGraph(stack);
      const { dependencies } = resource(graph, "order-pipeline:index:DeletionGuard", "orders-guard");
      const deployed = graph.resources.filter(({ custom, name }) => custom && name !== "aws");
      expect(deployed.filter(({ urn }) => !dependencies.includes(urn)).map(({ urn }) => urn)).toEqual([]);
    },
  );
});

describe("the AWS provider", () => {
  it("is given the account, the profile and the role of the stack's configuration", async () => {
    const role = "arn:aws:iam::444455556666:role/deploy";
    const graph = await stackGraph("dev", {
      "aws:allowedAccountIds": '["444455556666"]',
      "aws:profile": "shop",
      "aws:assumeRoles": JSON.stringify([{ roleArn: role }]),
      "aws:maxRetries": "5",
    });
    expect(resource(graph, "pulumi:providers:aws", "aws").inputs).toMatchObject({
      allowedAccountIds: '["444455556666"]',
      profile: "shop",
      assumeRoles: JSON.stringify([{ roleArn: role }]),
      maxRetries: "5",
      region: "eu-central-1",
    });
  });

  it("of prod is for the account that is set, and for no other", async () => {
    const { inputs } = resource(await stackGraph("prod"), "pulumi:providers:aws", "aws");
    expect(inputs["allowedAccountIds"]).toBe('["444455556666"]');
  });
});

describe("what is named for a whole account", () => {
  it("has the region in its name, so that two stacks of one name live in two regions", async () => {
    const { inputs } = resource(await stackGraph("prod"), "aws:cloudwatch/dashboard:Dashboard", "orders");
    expect(inputs["dashboardName"]).toBe("orders-prod-eu-central-1");
  });
});

describe("dev", () => {
  it("simulates payment and shipping, keeps no secret, protects nothing", async () => {
    const graph = await stackGraph("dev");
    expect(inputsOfType(graph, "aws:ssm/parameter:Parameter")).toEqual([]);
    expect(resource(graph, "aws:lambda/function:Function", "orders-take-payment").inputs["environment"]).toMatchObject({
      variables: { PAYMENT_URL: "simulated" },
    });
    expect(resource(graph, "aws:cognito/userPool:UserPool", "orders-identity").inputs["deletionProtection"]).toBe(
      "INACTIVE",
    );
  });
});

describe("prod", () => {
  it("encrypts everything at rest with the stack's key", async () => {
    const graph = await stackGraph("prod");
    const key = resource(graph, "aws:kms/key:Key", "orders-key").outputs["arn"];
    const ownKey = resource(graph, "aws:kms/key:Key", "orders-bus-dlq-key").outputs["arn"];
    for (const { name, type, inputs } of graph.resources) {
      if (type !== "aws:sqs/queue:Queue") continue;
      // What is there for the time when the stack's key is disabled has another one.
      expect(inputs).toMatchObject({ kmsMasterKeyId: name === "orders-bus-dlq" ? ownKey : key });
      expect(inputs).not.toHaveProperty("sqsManagedSseEnabled");
    }
    for (const inputs of inputsOfType(graph, "aws:cloudwatch/logGroup:LogGroup")) {
      expect(inputs).toMatchObject({ kmsKeyId: key, retentionInDays: 365 });
    }
    expect(resource(graph, "aws:dynamodb/table:Table", "orders-table").inputs["serverSideEncryption"]).toEqual({
      enabled: true,
      kmsKeyArn: key,
    });
    expect(resource(graph, "aws:cloudwatch/eventBus:EventBus", "orders-bus").inputs).toEqual({
      kmsKeyIdentifier: key,
      deadLetterConfig: { arn: resource(graph, "aws:sqs/queue:Queue", "orders-bus-dlq").outputs["arn"] },
    });
    expect(resource(graph, "aws:cloudwatch/eventArchive:EventArchive", "orders-bus").inputs).toMatchObject({
      kmsKeyIdentifier: key,
    });
    for (const inputs of inputsOfType(graph, "aws:ssm/parameter:Parameter"))
      expect(inputs).toMatchObject({ keyId: key });
  });

  it("lets EventBridge look at that key, and use it for buses and archives of this account", async () => {
    const statements = statementsOf(await stackGraph("prod"), "aws:kms/key:Key", "orders-key");
    const events = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Resource: "*" };
    expect(statements).toContainEqual({
      ...events,
      Sid: "EventBridgeLooksAtKey",
      Action: "kms:DescribeKey",
    });
    const bus = "arn:aws:events:eu-central-1:000000000000:event-bus/*";
    expect(statements).toContainEqual({
      ...events,
      Sid: "EventBuses",
      Action: ["kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncrypt*"],
      Condition: { ArnLike: { "kms:EncryptionContext:aws:events:event-bus:arn": bus } },
    });
  });

  it.each(["orders-key", "orders-bus-dlq-key"])(
    "lets services send to its queues also when they do not say whom they act for: %s",
    async (name) => {
      const statements = statementsOf(await stackGraph("prod"), "aws:kms/key:Key", name);
      const delivers = { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" };
      expect(statements).toContainEqual({
        ...delivers,
        Sid: "ServicesThatSendToQueues",
        Principal: { Service: ["events.amazonaws.com", "sns.amazonaws.com", "s3.amazonaws.com"] },
        Condition: {
          ArnLike: { "kms:EncryptionContext:aws:sqs:arn": "arn:aws:sqs:eu-central-1:000000000000:*" },
        },
      });
    },
  );

  it("protects what holds data", async () => {
    const graph = await stackGraph("prod");
    expect(resource(graph, "aws:dynamodb/table:Table", "orders-table").inputs["deletionProtectionEnabled"]).toBe(true);
    expect(resource(graph, "aws:cognito/userPool:UserPool", "orders-identity").inputs["deletionProtection"]).toBe(
      "ACTIVE",
    );
  });

  it("keeps concurrency where it protects orders, and the queue never hands out more than that", async () => {
    const graph = await stackGraph("prod");
    const reserved = graph.resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .flatMap(({ name, inputs }) =>
        inputs["reservedConcurrentExecutions"] === undefined ? [] : [[name, inputs["reservedConcurrentExecutions"]]],
      );
    expect(Object.fromEntries(reserved)).toEqual({
      "orders-place-order": 50,
      "orders-relay-order-events": 50,
      "orders-take-payment": 50,
      "orders-ship-order": 50,
      "orders-refund-payment": 50,
      "orders-fulfil-order": 5,
      "orders-import-orders": 10,
      "orders-import-file": 5,
      "orders-transform-order-event": 50,
      "orders-notify": 2,
    });
    expect(
      resource(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "orders-fulfilment").inputs["scalingConfig"],
    ).toEqual({ maximumConcurrency: 5 });
  });

  it("gives each secret only to the functions that need it, as the name of an SSM parameter", async () => {
    const graph = await stackGraph("prod");
    const parameter = (name: string): unknown => resource(graph, "aws:ssm/parameter:Parameter", name).outputs["arn"];
    expect(inputsOfType(graph, "aws:ssm/parameter:Parameter")).toMatchObject([
      { type: "SecureString", value: "payment-key-for-tests" },
      { type: "SecureString", value: "shipping-key-for-tests" },
      { type: "SecureString", value: "https://slack.shop.internal/webhook-key-for-tests" },
    ]);
    const readers = graph.resources
      .filter(
        ({ type, inputs }) => type === "aws:iam/rolePolicy:RolePolicy" && String(inputs["policy"]).includes("ssm:"),
      )
      .map(({ name, inputs }) => [name, JSON.parse(String(inputs["policy"])).Statement.at(-1)]);
    const reads = (secret: string) => ({
      Effect: "Allow",
      Action: ["ssm:GetParameter"],
      Resource: [parameter(secret)],
    });
    expect(Object.fromEntries(readers)).toEqual({
      "orders-take-payment": reads("orders-payment-key"),
      "orders-refund-payment": reads("orders-payment-key"),
      "orders-ship-order": reads("orders-shipping-key"),
      "orders-notify": reads("orders-slack-webhook"),
    });
    const functions = JSON.stringify(inputsOfType(graph, "aws:lambda/function:Function"));
    expect(functions).not.toContain("key-for-tests");
    expect(JSON.stringify(graph.outputs)).not.toContain("key-for-tests");
  });

  it("sends alarms to the set address", async () => {
    const graph = await stackGraph("prod");
    const subscriptions = inputsOfType(graph, "aws:sns/topicSubscription:TopicSubscription");
    expect(subscriptions.filter(({ protocol }) => protocol === "email")).toEqual([
      {
        topic: resource(graph, "aws:sns/topic:Topic", "orders-alarms").outputs["arn"],
        protocol: "email",
        endpoint: "orders@shop.internal",
      },
    ]);
  });
});

describe("a stack with a VPC", () => {
  it("runs every function in its private subnets", async () => {
    const graph = await stackGraph("prod", { vpc: "true" });
    const network = resource(graph, "awsx:ec2:Vpc", "orders-network");
    const group = resource(graph, "aws:ec2/securityGroup:SecurityGroup", "orders-network-functions");
    for (const inputs of inputsOfType(graph, "aws:lambda/function:Function")) {
      expect(inputs["vpcConfig"]).toEqual({
        subnetIds: network.outputs["privateSubnetIds"],
        securityGroupIds: [group.id],
      });
    }
  });

  it("has an endpoint for each API that its functions may call, and for no other", async () => {
    const graph = await stackGraph("prod", { vpc: "true" });
    const roles = new Set(inputsOfType(graph, "aws:lambda/function:Function").map(({ role }) => role));
    const policies = inputsOfType(graph, "aws:iam/rolePolicy:RolePolicy");
    const called = policies
      .filter(({ role }) => [...roles].some((arn) => String(arn).endsWith(`/${String(role)}`)))
      .flatMap(({ policy }) => [...String(policy).matchAll(/"(\w+):\w+"/g)].map(([, service = ""]) => service));
    // Lambda itself writes logs and traces, and joins the VPC; KMS is called by the services that keep what is encrypted.
    const apis = new Set(called).difference(new Set(["logs", "xray", "ec2", "kms"]));
    const hostNames: Readonly<Record<string, string>> = { states: "sync-states", cloudwatch: "monitoring" };
    const hosts = [...apis].map((api) => hostNames[api] ?? api);
    const endpoints = inputsOfType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint");
    expect(endpoints.map(({ serviceName }) => serviceName).sort()).toEqual(
      hosts.map((host) => `com.amazonaws.eu-central-1.${host}`).sort(),
    );
  });
});
