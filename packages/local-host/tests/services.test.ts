import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { providerAnswers } from "../src/kernel/program/provider-answers";
import { serviceDeclarations } from "../src/service-declarations";
import { services } from "../src/services";

const at = { accountId: "000000000000", region: "eu-west-1", awsEndpoint: "http://aws", apiEndpoint: "http://api" };
const urn = (type: string) => `urn:pulumi:dev::library::${type}::one`;
const provider = providerAnswers(serviceDeclarations);

describe("the services", () => {
  it("are the folders of src/services, each declared once", () => {
    const folders = readdirSync(join(__dirname, "../src/services")).sort();
    expect(serviceDeclarations.map(({ name }) => name).sort()).toEqual(folders);
  });

  it("that run are declared with the same types, so that the evaluation of a program knows them", () => {
    for (const { name, types } of services) {
      expect(serviceDeclarations.find((each) => each.name === name)?.types).toBe(types);
    }
  });

  it("share no resource type", () => {
    const tokens = serviceDeclarations.flatMap(({ types }) => types.map(({ token }) => token));
    expect(tokens.filter((token, index) => tokens.indexOf(token) !== index)).toEqual([]);
  });
});

describe("the kernel", () => {
  // Principals, roles and what it takes to assume one are the access control's own.
  const ofService = /["'`](aws:\w+\/|[\w-]+\.amazonaws\.com|(?!aws:|sts:AssumeRole)[a-z0-9]+:[A-Z]\w+)/g;
  const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

  it("names no resource type, principal, action or condition key of a service", () => {
    const kernel = join(__dirname, "../src/kernel");
    const files = readdirSync(kernel, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const named = files.flatMap((file) => {
      const code = readFileSync(join(kernel, file), "utf8").replaceAll(comments, "");
      return [...code.matchAll(ofService)].map(([, text]) => `${file}: ${text}`);
    });
    expect(named).toEqual([]);
  });
});

describe("the provider that an evaluated program sees", () => {
  it("gives a resource its inputs, its id and what AWS adds", () => {
    const type = "aws:sqs/queue:Queue";
    const inputs = { name: "uploads", delaySeconds: 5 };
    expect(provider.provision({ type, name: "uploads", urn: urn(type), inputs }, at)).toEqual({
      id: "http://aws/000000000000/uploads",
      outputs: {
        name: "uploads",
        delaySeconds: 5,
        url: "http://aws/000000000000/uploads",
        arn: "arn:aws:sqs:eu-west-1:000000000000:uploads",
      },
    });
  });

  it("gives a resource of a type that no service knows an id and its inputs, and nothing else", () => {
    const type = "aws:route53/zone:Zone";
    const { id, outputs } = provider.provision(
      { type, name: "zone", urn: urn(type), inputs: { name: "a.example" } },
      at,
    );
    expect(id).toMatch(/^[0-9a-f]{10}$/);
    expect(outputs).toEqual({ name: "a.example" });
  });

  it("answers functions about where it deploys, and names one that it does not answer", () => {
    expect(provider.call("aws:index/getRegion:getRegion", at)).toEqual({
      name: "eu-west-1",
      region: "eu-west-1",
      id: "eu-west-1",
    });
    expect(() => provider.call("aws:ec2/getAmi:getAmi", at)).toThrow(
      "The program calls aws:ec2/getAmi:getAmi, which has no answer here. Answered are aws:index/getCallerIdentity:getCallerIdentity, aws:index/getPartition:getPartition, aws:index/getRegion:getRegion.",
    );
  });
});

describe("the README", () => {
  it("lists every resource type that is hosted, and no other", () => {
    const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
    const listed = [...readme.matchAll(/`((?:aws|awsx|pulumi):[^`]+)`/g)].map(([, token]) => token);
    const tokens = serviceDeclarations.flatMap(({ types }) => types.map(({ token }) => token));
    expect([...new Set(listed)].sort()).toEqual(tokens.sort());
  });
});
