import { SSMClient } from "@aws-sdk/client-ssm";
import { awsAt, type StubAnswer, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import { parameterStoreSecret } from "../../runtime/aws/secret";

const found = (value: string): StubAnswer => ({
  status: 200,
  json: { Parameter: { Name: "/orders/key", Value: value } },
});
const missing: StubAnswer = { status: 400, json: { __type: "ParameterNotFound", message: "no such parameter" } };

const keyWith = async (...answers: readonly StubAnswer[]) => {
  const ssm = await stubService((_, call) => answers[call] ?? { status: 500 });
  const clock = { now: 0 };
  const key = parameterStoreSecret(new SSMClient(awsAt(ssm.url)), "/orders/key", () => clock.now);
  return { key, clock, requests: ssm.requests, [Symbol.asyncDispose]: () => ssm[Symbol.asyncDispose]() };
};

describe("a secret in Parameter Store", () => {
  it("is read decrypted, once", async () => {
    await using store = await keyWith(found("key-1"));
    expect(await Promise.all([store.key.read(), store.key.read()])).toEqual(["key-1", "key-1"]);
    expect(store.requests.map(({ json }) => json)).toEqual([{ Name: "/orders/key", WithDecryption: true }]);
  });

  it("is read again after it was forgotten", async () => {
    await using store = await keyWith(found("key-1"), found("key-2"));
    await store.key.read();
    store.key.forget();
    expect(await store.key.read()).toBe("key-2");
  });

  it("takes effect within five minutes when it was replaced, without a deployment", async () => {
    await using store = await keyWith(found("key-1"), found("key-2"));
    expect(await store.key.read()).toBe("key-1");
    store.clock.now = 299_999;
    expect(await store.key.read()).toBe("key-1");
    store.clock.now = 300_000;
    expect(await store.key.read()).toBe("key-2");
    expect(store.requests).toHaveLength(2);
  });

  it("stays in use while Parameter Store cannot be read, and is read again five minutes later", async () => {
    await using store = await keyWith(found("key-1"), missing, found("key-2"));
    await store.key.read();
    store.clock.now = 300_000;
    expect(await store.key.read()).toBe("key-1");
    store.clock.now = 600_000;
    expect(await store.key.read()).toBe("key-2");
  });

  it("that is missing is an error which names the parameter and what it must be", async () => {
    await using store = await keyWith(missing, found("key-1"));
    await expect(store.key.read()).rejects.toThrow(
      "Secret parameter /orders/key cannot be read (ParameterNotFound: no such parameter). It must exist as a SecureString that this function may read.",
    );
    expect(await store.key.read()).toBe("key-1");
  });
});
