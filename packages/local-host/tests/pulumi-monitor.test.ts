import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { beforeAll, describe, expect, it } from "vitest";
import { answerAsEngine, type Registration } from "../src/kernel/program/pulumi-monitor";

const noLonger = (what: string): string => `Pulumi's mock monitor no longer ${what}`;

const answers = {
  register: () => undefined,
  provision: () => ({ id: "id", outputs: {} }),
  call: () => ({}),
};

class Thing extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;
  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.CustomResourceOptions = {}) {
    super("aws:test/thing:Thing", name, { arn: undefined, ...inputs }, options);
  }
}

describe("the engine's stand-in on Pulumi's mocks", () => {
  const registered: Registration[] = [];
  const asked: string[] = [];
  let arn = "";
  let called: unknown;

  beforeAll(async () => {
    await answerAsEngine(
      { project: "library", stack: "dev" },
      {
        register: (registration) => {
          if (registration.name === "refused") throw new Error("this one is refused");
          registered.push(registration);
        },
        provision: ({ urn, custom }, inputs) => {
          asked.push(urn);
          return custom
            ? { id: `id of ${urn}`, outputs: { ...inputs, arn: "arn:of-thing" } }
            : { id: undefined, outputs: inputs };
        },
        call: (token) => ({ token }),
      },
    );
    const component = new pulumi.ComponentResource("library:Room", "room");
    const first = new Thing("first", { word: pulumi.secret("hush") }, { parent: component });
    new Thing("second", { of: first.arn }, { parent: component, dependsOn: first });
    arn = await new Promise((settle) => first.arn.apply(settle));
    called = await pulumi.runtime.invoke("aws:index/getThing:getThing", {});
    await pulumi.runtime.disconnect();
  });

  const first = "urn:pulumi:dev::library::library:Room$aws:test/thing:Thing::first";
  const registrationOf = (name: string) => registered.find((each) => each.name === name);

  it("is told of each resource with the URN, type, name and parent that the engine would give it", () => {
    expect(registered, noLonger("passes every registration through registerResource")).toMatchObject([
      { urn: "urn:pulumi:dev::library::library:Room::room", type: "library:Room", parent: "", custom: false },
      { urn: first, type: "aws:test/thing:Thing", custom: true },
      { parent: "urn:pulumi:dev::library::library:Room::room", name: "second", custom: true },
    ]);
  });

  it("sees secrets as such, and dependencies by property", () => {
    const word = registrationOf("first")?.inputs["word"];
    expect(word, noLonger("marks secrets in a registration's inputs")).toMatchObject({ value: "hush" });
    expect(registrationOf("second")?.dependencies, noLonger("names a resource's dependencies")).toEqual([first]);
    expect(registrationOf("second")?.propertyDependencies, noLonger("names dependencies by property")).toMatchObject({
      of: [first],
    });
  });

  it("gives a resource its state while it is registered", () => {
    expect(asked, noLonger("asks for each resource's state in the sequence of registrations")).toEqual(
      registered.map(({ urn }) => urn),
    );
    expect(arn, noLonger("takes a resource's outputs from the mocks")).toBe("arn:of-thing");
    expect(registrationOf("second")?.inputs["of"], noLonger("resolves outputs in inputs")).toBe("arn:of-thing");
  });

  it("answers functions of a provider", () => {
    expect(called, noLonger("passes invokes to the mocks")).toEqual({ token: "aws:index/getThing:getThing" });
  });

  it.each(["newUrn", "registerResource"] as const)("says so when Pulumi's mock monitor has no %s", async (method) => {
    const original = MockMonitor.prototype[method];
    Reflect.deleteProperty(MockMonitor.prototype, method);
    try {
      await expect(answerAsEngine({ project: "library", stack: "dev" }, answers)).rejects.toThrow(
        `Pulumi's mock monitor no longer has the method ${method}: this version of @pulumi/pulumi needs another`,
      );
    } finally {
      Reflect.set(MockMonitor.prototype, method, original);
    }
  });
});
