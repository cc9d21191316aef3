/**
 * Evaluates a Pulumi program under mocks and writes its resources as the engine would hand them to a policy pack: in a
 * preview what AWS has yet to say is unknown. Run as a child, because Pulumi's runtime keeps its state in globals:
 * `tsx engine-view.ts <EngineViewRequest as JSON>`.
 */
import { writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { specialResourceSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { DeclaredResource } from "./declared-resource";
import type { EngineViewRequest } from "./engine-view-request";

/** The parts of Pulumi's generated requests that are read here; the package ships no types for them. */
interface RegisterResourceRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getCustom(): boolean;
  getObject(): Struct;
  getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }, key: string) => void): void };
}

interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterResourceRequest, callback: unknown): void;
  registerResourceOutputs(request: { getUrn(): string; getOutputs(): Struct }, callback: unknown): void;
}

async function view({
  program,
  project,
  stack,
  config,
  phase,
}: EngineViewRequest): Promise<readonly DeclaredResource[]> {
  const declared = new Map<string, DeclaredResource>();
  const created = new Map<string, Readonly<Record<string, unknown>>>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        // In a preview there is no id, and no output but the inputs: everything else is unknown.
        const added = phase === "update" && custom === true ? addedByAws(type, name) : {};
        created.set(`${type} ${name}`, added);
        return { id: phase === "update" ? name : "", state: { ...added, ...inputs } };
      },
      call: ({ token }) => {
        if (token === "aws:index/getCallerIdentity:getCallerIdentity") return { accountId: "111122223333" };
        throw new Error(`The program calls ${token}, which has no answer in these tests.`);
      },
    },
    project,
    stack,
    phase === "preview",
  );
  pulumi.runtime.setAllConfig({ ...config });
  // The mock monitor is an internal object without a type; a wrong one would fail every test that previews.
  const monitor = getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.newUrn = (parent, type, name) => {
    const outer = (parent.split("::")[2] ?? "").replace("pulumi:pulumi:Stack", "");
    return `urn:pulumi:${stack}::${project}::${outer === "" ? type : `${outer}$${type}`}::${name}`;
  };
  monitor.registerResource = (request, callback) => {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    // A function's code is half a megabyte of text that no rule looks at.
    const { code: _, ...given } = request.getObject().toJavaScript();
    const inputs = withoutReferences(given);
    const propertyDependencies: Record<string, string[]> = {};
    request.getPropertydependenciesMap().forEach((value, key) => {
      propertyDependencies[key] = value.getUrnsList();
    });
    const urn = monitor.newUrn(parent, type, name);
    const protect = request.getProtect();
    declared.set(urn, {
      type,
      name,
      urn,
      parent,
      protect,
      inputs,
      outputs: request.getCustom() ? inputs : {},
      propertyDependencies,
    });
    register(request, callback);
  };
  monitor.registerResourceOutputs = (request, callback) => {
    const resource = declared.get(request.getUrn());
    if (resource !== undefined)
      declared.set(resource.urn, { ...resource, outputs: withoutReferences(request.getOutputs().toJavaScript()) });
    registerOutputs(request, callback);
  };
  require(program);
  await pulumi.runtime.disconnect();
  return [...declared.values()]
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .map((it) => ({ ...it, outputs: { ...created.get(`${it.type} ${it.name}`), ...it.outputs } }));
}

/** What references are made of, the same for every type; a rule that reads more than this looks at inputs. */
function addedByAws(type: string, name: string): Readonly<Record<string, unknown>> {
  const arn = `arn:aws:${type.split(":")[1]?.split("/")[0]}:eu-central-1:111122223333:${name}`;
  const invokeArn = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { id: name, name, arn, invokeArn, url: `https://sqs.eu-central-1.amazonaws.com/111122223333/${name}` };
}

/** The engine does not hand a policy pack references to resources, but their ids; here their URNs stand for these. */
function withoutReferences<Tree>(tree: Tree): Tree {
  if (typeof tree !== "object" || tree === null) return tree;
  const { [specialSigKey]: signature, urn } = tree as Record<string, unknown>;
  if (signature === specialResourceSig) return urn as Tree;
  if (Array.isArray(tree)) return tree.map(withoutReferences) as Tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withoutReferences(value)])) as Tree;
}

// Written by engineViewOf, from a value of this very type.
const request = JSON.parse(process.argv[2] ?? "") as EngineViewRequest;
process.setSourceMapsEnabled(false);
view(request).then(
  (resources) => {
    writeFileSync(request.output, JSON.stringify(resources));
    process.exit(0);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
process.on("unhandledRejection", (error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
