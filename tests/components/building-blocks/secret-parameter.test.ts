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

const parameter = (name: string) => resource(graph, "aws:ssm/parameter:Parameter", name).inputs;

describe("a secret", () => {
  it("is a SecureString under the given key, and under the one of AWS without", () => {
    expect(parameter("printer-code")).toEqual({
      type: "SecureString",
      value: "eight-digits",
      keyId: declared.arn("key", "own"),
    });
    expect(parameter("printer-pin")).toEqual({ type: "SecureString", value: "four-digits" });
  });
});
