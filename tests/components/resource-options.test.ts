import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { beforeAll, describe, expect, it } from "vitest";
import { EncryptionKey } from "../../components/building-blocks/encryption-key";
import { ImportBucket } from "../../components/import-bucket";
import { OrderTable } from "../../components/order-table";
import type { Platform } from "../../components/platform";

/** The parts of Pulumi's request that a graph does not show; the package ships no types for it. */
interface RegisterResourceRequest {
  getName(): string;
  getType(): string;
  getProtect(): boolean;
  getIgnorechangesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

const requests = new Map<string, RegisterResourceRequest>();
const requested = (type: string, name: string): RegisterResourceRequest => {
  const found = requests.get(`${type} ${name}`);
  if (found === undefined) throw new Error(`There is no ${type} ${name}: ${[...requests.keys()].join(", ")}.`);
  return found;
};

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({
      id: name,
      state: { arn: `arn:${name}`, bucket: name, keyId: name, ...inputs },
    }),
    call: () => ({}),
  });
  // The mock monitor is an internal object without a type.
  const monitor = getMonitor() as unknown as {
    registerResource(request: RegisterResourceRequest, callback: unknown): void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.set(`${request.getType()} ${request.getName()}`, request);
    register(request, callback);
  };
  for (const protect of [true, false]) {
    const suffix = protect ? "kept" : "passing";
    // What these components do not use may be missing.
    const platform = { accountId: "123456789012", region: "eu-west-1", protect, key: undefined } as Platform;
    const warmThroughput = { readUnitsPerSecond: 20_000, writeUnitsPerSecond: 8_000 };
    new OrderTable(`table-${suffix}`, { platform, warmThroughput });
    new ImportBucket(`bucket-${suffix}`, { platform });
    new EncryptionKey(`key-${suffix}`, { accountId: "123456789012", region: "eu-west-1", protect });
  }
  await pulumi.runtime.disconnect();
});

const inputs = (type: string, name: string) => requested(type, name).getObject().toJavaScript();

describe("what holds data", () => {
  it.each([
    ["aws:dynamodb/table:Table", "table"],
    ["aws:s3/bucket:Bucket", "bucket"],
    ["aws:kms/key:Key", "key"],
    ["aws:kms/alias:Alias", "key"],
  ])("%s is protected from deletion where the stack asks for that, and only there", (type, name) => {
    expect(requested(type, `${name}-kept`).getProtect()).toBe(true);
    expect(requested(type, `${name}-passing`).getProtect()).toBe(false);
  });

  it("is deleted with all versions of its files when the stack does not protect it", () => {
    expect(inputs("aws:s3/bucket:Bucket", "bucket-kept")["forceDestroy"]).toBe(false);
    expect(inputs("aws:s3/bucket:Bucket", "bucket-passing")["forceDestroy"]).toBe(true);
  });
});

describe("warm throughput", () => {
  it("is the same for the table and both of its indexes", () => {
    const warm = { readUnitsPerSecond: 20_000, writeUnitsPerSecond: 8_000 };
    const { warmThroughput, globalSecondaryIndexes } = inputs("aws:dynamodb/table:Table", "table-kept");
    expect(warmThroughput).toEqual(warm);
    expect(globalSecondaryIndexes).toMatchObject([{ warmThroughput: warm }, { warmThroughput: warm }]);
  });

  it("applies when the table is created, and does not lower what AWS has raised since", () => {
    expect(requested("aws:dynamodb/table:Table", "table-kept").getIgnorechangesList()).toEqual([
      "warmThroughput",
      "globalSecondaryIndexes[*].warmThroughput",
    ]);
  });
});
