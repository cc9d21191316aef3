import { describe, expect, it } from "vitest";
import type { Box } from "../../src/console/console-data";
import { flowGraph } from "../../src/console/flow/flow-graph";
import { placeFlow } from "../../src/console/flow/flow-layout";
import type { ResourceGraph, ResourceNode } from "../../src/kernel/program/resource-graph";
import { accountId, region, resource } from "../hosted-endpoint";

const arnOf = (service: string, rest: string): string => `arn:aws:${service}:${region}:${accountId}:${rest}`;
const named = (type: string, name: string, arn: string, inputs = {}, outputs = {}): ResourceNode =>
  resource(type, name, inputs, { name, arn, ...outputs });

const lambda = (name: string): ResourceNode =>
  named("aws:lambda/function:Function", name, arnOf("lambda", `function:${name}`), { role: `role/${name}` });
const queue = (name: string, inputs = {}): ResourceNode =>
  named("aws:sqs/queue:Queue", name, arnOf("sqs", name), inputs);
const role = (name: string, statements: readonly object[]): readonly ResourceNode[] => [
  named("aws:iam/role:Role", name, `role/${name}`),
  resource("aws:iam/rolePolicy:RolePolicy", `${name}-policy`, {
    role: name,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  }),
];
const allow = (Action: string | readonly string[], Resource: string) => ({ Effect: "Allow", Action, Resource });

const flowOf = (...resources: readonly ResourceNode[]) => {
  const graph: ResourceGraph = {
    ...{ project: "photos", stack: "dev", region, accountId, outputs: {}, secretOutputs: [] },
    resources,
  };
  const flow = flowGraph(graph);
  const nameOf = (arn: string) => flow.nodes.find((node) => node.arn === arn)?.logical;
  return {
    flow,
    hops: flow.hops.map(({ kind, from, to }) => `${nameOf(from)} ${kind} ${nameOf(to)}`),
    ports: flow.hops.map(({ port }) => port?.split(/[/ ]/).at(-1)),
  };
};

describe("the flow of a program", () => {
  it("has a route's call to its function", () => {
    const executionArn = arnOf("execute-api", "album");
    const { hops, flow } = flowOf(
      named("aws:apigatewayv2/api:Api", "album", "arn:aws:apigateway:api", {}, { executionArn }),
      resource("aws:apigatewayv2/route:Route", "add", {
        ...{ apiId: "album", routeKey: "POST /photos", target: "integrations/adds" },
      }),
      resource("aws:apigatewayv2/integration:Integration", "adds", {
        integrationUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arnOf("lambda", "function:add-photo")}/invocations`,
      }),
      lambda("add-photo"),
    );
    expect(hops).toEqual(["album calls add-photo"]);
    expect(flow.nodes[0]?.ports.map(({ label }) => label)).toEqual(["POST /photos"]);
    expect(flow.hops[0]?.port).toBe(`${executionArn} POST /photos`);
  });

  it("has what mappings feed to functions, and where the records that failed go", () => {
    const { hops } = flowOf(
      lambda("index"),
      queue("lost"),
      named("aws:dynamodb/table:Table", "photos", arnOf("dynamodb", "table/photos")),
      resource("aws:lambda/eventSourceMapping:EventSourceMapping", "index", {
        eventSourceArn: arnOf("dynamodb", "table/photos/stream/2026"),
        functionName: arnOf("lambda", "function:index"),
        destinationConfig: { onFailure: { destinationArn: arnOf("sqs", "lost") } },
      }),
    );
    expect(hops).toEqual(["photos feeds index", "index dead-letters lost"]);
  });

  it("has what a rule of a bus, a subscription, a notification and a schedule send, and to whom", () => {
    const { hops, ports } = flowOf(
      named("aws:cloudwatch/eventBus:EventBus", "news", arnOf("events", "event-bus/news")),
      named("aws:cloudwatch/eventRule:EventRule", "added", arnOf("events", "rule/news/added"), {
        ...{ eventBusName: "news", eventPattern: "{}" },
      }),
      resource("aws:cloudwatch/eventTarget:EventTarget", "added", {
        ...{ eventBusName: "news", rule: "added", arn: arnOf("sqs", "prints") },
        deadLetterConfig: { arn: arnOf("sqs", "lost") },
      }),
      named("aws:sns/topic:Topic", "shouts", arnOf("sns", "shouts")),
      resource("aws:sns/topicSubscription:TopicSubscription", "shouts", {
        ...{ topic: arnOf("sns", "shouts"), protocol: "sqs", endpoint: arnOf("sqs", "prints") },
      }),
      named("aws:s3/bucket:Bucket", "films", "arn:aws:s3:::films"),
      resource("aws:s3/bucketNotification:BucketNotification", "films", {
        ...{ bucket: "films", queues: [{ queueArn: arnOf("sqs", "prints") }] },
      }),
      named("aws:scheduler/schedule:Schedule", "nightly", arnOf("scheduler", "schedule/default/nightly"), {
        target: { arn: arnOf("lambda", "function:tidy") },
      }),
      queue("prints"),
      queue("lost"),
      lambda("tidy"),
    );
    expect(hops).toEqual([
      "news delivers prints",
      "news dead-letters lost",
      "nightly calls tidy",
      "shouts delivers prints",
      "films delivers prints",
    ]);
    expect(ports).toEqual(["added", "added", undefined, undefined, undefined]);
  });

  it("has the functions of a state machine's tasks", () => {
    const definition = JSON.stringify({
      States: { One: { Type: "Task", Resource: arnOf("lambda", "function:crop") } },
    });
    const { hops } = flowOf(
      named("aws:sfn/stateMachine:StateMachine", "edit", arnOf("states", "stateMachine:edit"), { definition }),
      lambda("crop"),
      lambda("crop-all"),
    );
    expect(hops).toEqual(["edit calls crop"]);
  });

  it("has what roles may write and read where nothing else says it", () => {
    const { hops } = flowOf(
      lambda("catalogue"),
      queue("films"),
      named("aws:dynamodb/table:Table", "photos", arnOf("dynamodb", "table/photos")),
      named("aws:s3/bucket:Bucket", "originals", "arn:aws:s3:::originals"),
      resource("aws:lambda/eventSourceMapping:EventSourceMapping", "films", {
        ...{ eventSourceArn: arnOf("sqs", "films"), functionName: "catalogue" },
      }),
      ...role("catalogue", [
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], arnOf("sqs", "films")),
        allow("dynamodb:GetItem", arnOf("dynamodb", "table/photos")),
        allow("dynamodb:PutItem", arnOf("dynamodb", "table/photos")),
        allow("s3:GetObject", "arn:aws:s3:::originals/*"),
        allow("logs:PutLogEvents", "*"),
      ]),
    );
    expect(hops).toEqual(["films feeds catalogue", "catalogue writes photos", "catalogue reads originals"]);
  });
});

describe("the picture of a flow", () => {
  const redrive = { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("sqs", "films-dlq") }) };
  const picture = placeFlow(
    flowOf(
      queue("films", redrive),
      queue("films-dlq"),
      lambda("catalogue"),
      lambda("print"),
      ...["catalogue", "print"].map((functionName) =>
        resource("aws:lambda/eventSourceMapping:EventSourceMapping", functionName, {
          ...{ eventSourceArn: arnOf("sqs", "films"), functionName },
        }),
      ),
    ).flow,
  );
  const [films, dlq, catalogue, print] = picture.nodes;
  const middleOf = (box: Box | undefined): number => (box?.x ?? 0) + (box?.width ?? 0) / 2;

  it("goes from left to right, and no two boxes meet", () => {
    expect(films?.x).toBeLessThan(catalogue?.x ?? 0);
    const boxes = picture.nodes.map(({ x, y, width, height }) => [x, y, x + width, y + height] as const);
    for (const [at, [left, top, right, bottom]] of boxes.entries()) {
      for (const [otherLeft, otherTop, otherRight, otherBottom] of boxes.slice(at + 1)) {
        const apart = right <= otherLeft || otherRight <= left || bottom <= otherTop || otherBottom <= top;
        expect(apart).toBe(true);
      }
    }
    expect(middleOf(print)).toBeCloseTo(middleOf(catalogue));
  });

  it("has a queue for dead letters in small beneath what it is for, without a line to it", () => {
    expect(dlq).toMatchObject({ small: true, lines: ["dlq"], label: "films-dlq", x: films?.x });
    expect(dlq?.y).toBeGreaterThan((films?.y ?? 0) + (films?.height ?? 0));
    expect(picture.hops.map(({ kind, path }) => [kind, path === undefined])).toEqual([
      ["feeds", false],
      ["feeds", false],
      ["dead-letters", true],
    ]);
  });
});
