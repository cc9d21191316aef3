import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DamagedData } from "../src/kernel/damaged-data";
import { type ParameterHost, parameterHost } from "../src/services/ssm/parameter-host";
import { callService, recordedContext, resource } from "./recorded-context";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "parameters-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const file = (): string => join(dataDir, "parameters/parameters.json");

/** A host whose program declares the parameter `key`. */
const started = async (value = "declared-secret"): Promise<ParameterHost> => {
  const key = resource("aws:ssm/parameter:Parameter", "key", { type: "SecureString", value });
  const host = parameterHost(recordedContext({ resources: [key], dataDir }));
  await host.start();
  return host;
};

const get = async (host: ParameterHost, Name: string, WithDecryption = true): Promise<Record<string, unknown>> =>
  ((await callService(host.service, "GetParameter", { Name, WithDecryption })) as { Parameter: never }).Parameter;

const put = (host: ParameterHost, input: Readonly<Record<string, unknown>>): Promise<unknown> =>
  callService(host.service, "PutParameter", input);

describe("a declared parameter", () => {
  it("gives its value to whoever asks for it decrypted, and ciphertext otherwise", async () => {
    const host = await started();
    expect(await get(host, "key")).toMatchObject({ Type: "SecureString", Value: "declared-secret", Version: 1 });
    expect((await get(host, "key", false))["Value"]).toMatch(/^AQICAH/);
  });

  it("is not written to the disk, and has the same version after a restart", async () => {
    await started();
    expect(readFileSync(file(), "utf8")).not.toContain("declared-secret");
    expect(await get(await started(), "key")).toMatchObject({ Value: "declared-secret", Version: 1 });
  });

  it("keeps what was put in its place, until the program declares another", async () => {
    await put(await started(), { Name: "key", Value: "rotated", Overwrite: true });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(await get(await started(), "key")).toMatchObject({ Type: "SecureString", Value: "rotated", Version: 2 });
    expect(await get(await started("declared anew"), "key")).toMatchObject({ Value: "declared anew", Version: 3 });
  });
});

describe("a parameter that was put", () => {
  it("is there after a restart", async () => {
    expect(await put(await started(), { Name: "/flags/new", Value: "on" })).toEqual({ Version: 1, Tier: "Standard" });
    expect(await get(await started(), "/flags/new")).toMatchObject({ Type: "String", Value: "on", Version: 1 });
  });

  it("is put again only with Overwrite", async () => {
    const host = await started();
    await expect(put(host, { Name: "key", Value: "other" })).rejects.toThrow("The parameter already exists.");
    expect(await get(host, "key")).toMatchObject({ Value: "declared-secret" });
  });
});

it("names that there are not are told apart from those that there are", async () => {
  const host = await started();
  expect(await callService(host.service, "GetParameters", { Names: ["key", "other"] })).toMatchObject({
    Parameters: [{ Name: "key" }],
    InvalidParameters: ["other"],
  });
  await expect(get(host, "other")).rejects.toThrow("Parameter other not found.");
});

it("a damaged file is found at the start", async () => {
  await started();
  writeFileSync(file(), "[{");
  await expect(started()).rejects.toThrow(DamagedData);
});
