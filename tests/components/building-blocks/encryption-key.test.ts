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

describe("a key", () => {
  it("is rotated, and has an alias of the stack", () => {
    expect(declared.inputs("key", "vault")).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30 });
    expect(resource(graph, "aws:kms/alias:Alias", "vault").inputs).toMatchObject({ name: "alias/vault-test" });
  });

  it("gives grants to AWS services alone, not to whom a caller names", () => {
    const giving = declared
      .statements("key", "vault")
      .filter((each) => JSON.stringify(each).includes("kms:CreateGrant"));
    expect(giving).toEqual([
      expect.objectContaining({
        Action: "kms:CreateGrant",
        Condition: {
          StringEquals: expect.objectContaining({ "kms:CallerAccount": "123456789012" }),
          Bool: { "kms:GrantIsForAWSResource": "true" },
        },
      }),
    ]);
  });

  it("is used by no other account unless that is named", () => {
    const accounts = declared
      .statements("key", "vault")
      .flatMap((statement) => JSON.stringify(statement).match(/arn:aws:iam::\d+/g) ?? []);
    expect([...new Set(accounts)]).toEqual(["arn:aws:iam::123456789012"]);
  });
});
