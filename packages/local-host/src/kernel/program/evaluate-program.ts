/**
 * Evaluates a Pulumi program under mocks and writes down what it declared, an Evaluation. Run as a child process, because
 * the Pulumi runtime keeps its state in globals: `evaluate-program.ts <request as JSON>`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { deserializeProperties, isRpcSecret, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { contentHashes, type Evaluation } from "./evaluation-cache";
import type { EvaluationRequest } from "./evaluation-request";
import { type Placement, physicalOutputs } from "./physical-outputs";
import type { ResourceGraph, ResourceNode } from "./resource-graph";
import { unpackArchive } from "./unpack-archive";

/** The parts of Pulumi's generated RegisterResourceRequest that are read here; the package ships no types for it. */
interface RegisterResourceRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): Parameters<typeof deserializeProperties>[0];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }, key: string) => void): void };
}

/** The mock monitor, as far as it is replaced or wrapped here. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterResourceRequest, callback: (error: Error | null, response: unknown) => void): void;
}

const urnOf = (stack: string, project: string) => (parent: string, type: string, name: string) => {
  // The stack itself never shows in the type chain of its children.
  const parentType = parent === "" ? "" : (parent.split("::")[2] ?? "");
  const chain = parentType === "" || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
};

/** What the program has marked as secret, as JSON. */
const secrets: string[] = [];

/** The settings whose values are, or are part of, what the program has marked as secret. */
const secretSettings = (config: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(config).filter((key) => {
    const value = JSON.stringify(config[key]).slice(1, -1);
    // What is shorter is no secret, and may be part of anything.
    return value.length >= 8 && secrets.some((secret) => secret.includes(value));
  });

/** Plain JSON: secrets unwrapped, archives unpacked to folders, resource references replaced by their ids. */
async function toPlain(value: unknown, codeDir: string): Promise<unknown> {
  if (isRpcSecret(value)) {
    const plain = unwrapRpcSecret(value);
    secrets.push(JSON.stringify(plain));
    return toPlain(plain, codeDir);
  }
  if (value instanceof pulumi.asset.AssetArchive) return { archive: await unpackArchive(value, codeDir) };
  if (Array.isArray(value)) return Promise.all(value.map((item) => toPlain(item, codeDir)));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      await Promise.all(entries.map(async ([key, item]) => [key, await toPlain(item, codeDir)])),
    );
  }
  return value;
}

/** A property that depends on a resource but has no value was made from an output that physical-outputs.ts lacks. */
function refuseDroppedProperties(node: ResourceNode): void {
  for (const [property, urns] of Object.entries(node.propertyDependencies)) {
    if (urns.length > 0 && node.inputs[property] === undefined) {
      throw new Error(
        `${node.urn}: its property ${property} comes from ${urns.join(", ")} but has no value: an output is missing in kernel/program/physical-outputs.ts.`,
      );
    }
  }
}

async function evaluate(request: EvaluationRequest): Promise<ResourceGraph> {
  const { project, stack, config, secretKeys, placement } = request;
  const nodes = new Map<string, ResourceNode>();
  const provisioned = new Map<string, ReturnType<typeof physicalOutputs>>();
  // The mock monitor calls newResource before registerResource returns, so one variable tells it the URN.
  let registering = "";

  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        if (custom !== true && !type.startsWith("awsx:")) return { id: undefined, state: inputs };
        const result = physicalOutputs({ type, name, urn: registering, inputs }, placement);
        provisioned.set(registering, result);
        return { id: result.id, state: result.outputs };
      },
      call: ({ token }) => answerInvoke(token, placement),
    },
    project,
    stack,
    false,
  );
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);

  // The mock monitor is an internal object without a type; its two methods used here are checked by every evaluation.
  const monitor = getMonitor() as unknown as Monitor;
  monitor.newUrn = urnOf(stack, project);
  const register = monitor.registerResource.bind(monitor);
  const captured: Promise<void>[] = [];
  monitor.registerResource = (req, callback) => {
    const urn = monitor.newUrn(req.getParent(), req.getType(), req.getName());
    if (nodes.has(urn))
      return callback(new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`), undefined);
    const identity = { urn, type: req.getType(), name: req.getName() };
    const raw = deserializeProperties(req.getObject());
    const propertyDependencies: Record<string, string[]> = {};
    req.getPropertydependenciesMap().forEach((value, key) => {
      propertyDependencies[key] = value.getUrnsList();
    });
    nodes.set(urn, {
      ...identity,
      custom: req.getCustom(),
      ...(req.getParent() === "" ? {} : { parent: req.getParent() }),
      id: "",
      inputs: {},
      outputs: {},
      dependencies: req.getDependenciesList(),
      propertyDependencies,
    });
    registering = urn;
    captured.push(
      toPlain(raw, request.codeDir).then((inputs) => {
        const node = nodes.get(urn);
        if (node !== undefined) nodes.set(urn, { ...node, inputs: inputs as ResourceNode["inputs"] });
      }),
    );
    return register(req, callback);
  };

  const exported = require(resolve(request.program)) as Record<string, unknown>;
  await pulumi.runtime.disconnect();
  await Promise.all(captured);

  const outputs: Record<string, unknown> = {};
  const secretOutputs: string[] = [];
  for (const [name, value] of Object.entries(exported)) {
    if (name === "__esModule") continue;
    const output = pulumi.output(value);
    if (await pulumi.isSecret(output)) secretOutputs.push(name);
    outputs[name] = await new Promise((settle) => pulumi.unsecret(output).apply(settle));
  }

  const resources = await Promise.all(
    [...nodes.values()].map(async (node): Promise<ResourceNode> => {
      refuseDroppedProperties(node);
      const result = provisioned.get(node.urn);
      // The outputs are the inputs and what was added to them, so they have the same shape.
      const plain = (await toPlain(result?.outputs ?? {}, request.codeDir)) as ResourceNode["outputs"];
      return { ...node, id: result?.id ?? "", outputs: plain };
    }),
  );
  return {
    project,
    stack,
    region: placement.region,
    accountId: placement.accountId,
    resources,
    outputs,
    secretOutputs,
  };
}

/** Answers the functions of the AWS provider that a program may call while it runs. */
function answerInvoke(token: string, at: Placement): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId: at.accountId,
        arn: `arn:aws:iam::${at.accountId}:root`,
        userId: at.accountId,
        id: at.accountId,
      };
    case "aws:index/getRegion:getRegion":
      return { name: at.region, region: at.region, id: at.region };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" };
    default:
      throw new Error(
        `The program calls ${token}, which has no answer here: add one to kernel/program/evaluate-program.ts.`,
      );
  }
}

// Pulumi notes the stack at each resource; mapping those through source maps would take half a second.
process.setSourceMapsEnabled(false);
const [requestJson] = process.argv.slice(2);
if (requestJson === undefined) throw new Error("evaluate-program.ts takes one argument: an EvaluationRequest as JSON.");
const request = JSON.parse(requestJson) as EvaluationRequest;
// An error raised inside an apply() surfaces here, not in the await below.
process.on("unhandledRejection", (error) => fail(error));

/** The source files that were loaded, this one included; what a bundle holds was loaded by the program before. */
const ownModules = (): readonly string[] => Object.keys(require.cache).filter((file) => !file.includes("node_modules"));

/** What the program means to say is in the message; where it broke by mistake is in the stack. */
function fail(error: unknown): never {
  const mistake = [TypeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
  const text = error instanceof Error ? (mistake ? error.stack : error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

evaluate(request).then((graph) => {
  const evaluation: Evaluation = {
    graph,
    files: contentHashes([request.lockFile, ...ownModules()]),
    secretSettings: secretSettings(request.config),
  };
  mkdirSync(dirname(request.evaluationFile), { recursive: true });
  // For the process that asked, which removes it.
  writeFileSync(request.evaluationFile, JSON.stringify(evaluation), { mode: 0o600 });
  process.exit(0);
}, fail);
