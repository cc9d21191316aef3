/**
 * Evaluates a Pulumi program under mocks and writes down what it declared, an Evaluation. Run as a child process, because
 * the Pulumi runtime keeps its state in globals: `evaluate-program.ts <request as JSON>`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isRpcSecret, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import { contentHashes } from "content-cache/content-cache";
import type { Evaluation } from "./kernel/program/evaluation-cache";
import type { EvaluationRequest } from "./kernel/program/evaluation-request";
import { providerAnswers } from "./kernel/program/provider-answers";
import type { Provisioned } from "./kernel/program/provision";
import { answerAsEngine } from "./kernel/program/pulumi-monitor";
import { isProvisioned, type ResourceGraph, type ResourceNode } from "./kernel/program/resource-graph";
import { unpackArchive } from "./kernel/program/unpack-archive";
import { serviceDeclarations } from "./service-declarations";

/** What the program has marked as secret, as JSON. */
const secrets: string[] = [];

/** What archives are made of. */
const archived = new Set<string>();

/** The settings whose values are, or are part of, what the program has marked as secret. */
const secretSettings = (config: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(config).filter((key) => {
    const value = JSON.stringify(config[key]).slice(1, -1);
    // What is shorter is not a secret, and may be part of anything.
    return value.length >= 8 && secrets.some((secret) => secret.includes(value));
  });

/** Plain JSON: secrets unwrapped, archives unpacked to folders, resource references replaced by their ids. */
async function toPlain(value: unknown, codeDir: string): Promise<unknown> {
  if (isRpcSecret(value)) {
    const plain = unwrapRpcSecret(value);
    secrets.push(JSON.stringify(plain));
    return toPlain(plain, codeDir);
  }
  if (value instanceof pulumi.asset.Archive) {
    return { archive: await unpackArchive(value, codeDir, (path) => archived.add(path)) };
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => toPlain(item, codeDir)));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      await Promise.all(entries.map(async ([key, item]) => [key, await toPlain(item, codeDir)])),
    );
  }
  return value;
}

/** A property that depends on a resource but has no value was made from an output that the resource's type lacks here. */
function refuseDroppedProperties(node: ResourceNode): void {
  for (const [property, urns] of Object.entries(node.propertyDependencies)) {
    if (urns.length > 0 && node.inputs[property] === undefined) {
      throw new Error(
        `${node.urn}: its property ${property} comes from ${urns.join(", ")} but has no value: that type, or one of its outputs, is not known here. Types and their outputs are in pulumi-local-host/src/services/<service>/resource-types.ts.`,
      );
    }
  }
}

async function evaluate(request: EvaluationRequest): Promise<ResourceGraph> {
  const { project, stack, config, secretKeys, placement } = request;
  const nodes = new Map<string, ResourceNode>();
  const provisioned = new Map<string, Provisioned>();
  const captured: Promise<void>[] = [];
  const provider = providerAnswers(serviceDeclarations);
  await answerAsEngine(request, {
    register: ({ inputs, parent, ...declared }) => {
      const { urn } = declared;
      if (nodes.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
      nodes.set(urn, { ...declared, ...(parent === "" ? {} : { parent }), id: "", inputs: {}, outputs: {} });
      captured.push(
        toPlain(inputs, request.codeDir).then((plain) => {
          const node = nodes.get(urn);
          // An object stays one when what is in it becomes plain.
          if (node !== undefined) nodes.set(urn, { ...node, inputs: plain as ResourceNode["inputs"] });
        }),
      );
    },
    provision: ({ urn, type, name, custom }, inputs) => {
      if (!isProvisioned({ type, custom })) return { id: undefined, outputs: inputs };
      const result = provider.provision({ type, name, urn, inputs }, placement);
      provisioned.set(urn, result);
      return result;
    },
    call: (token) => provider.call(token, placement),
  });
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);

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

// Pulumi notes the stack at each resource; mapping those through source maps would take half a second.
process.setSourceMapsEnabled(false);
// Pulumi takes the whole stack at each resource, for an engine's log; what an error has of it by default is enough here.
const { stackTraceLimit } = Error;
Object.defineProperty(Error, "stackTraceLimit", { get: () => stackTraceLimit, set: () => undefined });
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
    files: contentHashes([...request.lockFiles, ...ownModules(), ...archived]),
    secretSettings: secretSettings(request.config),
  };
  mkdirSync(dirname(request.evaluationFile), { recursive: true });
  // For the process that asked, which removes it.
  writeFileSync(request.evaluationFile, JSON.stringify(evaluation), { mode: 0o600 });
  process.exit(0);
}, fail);
