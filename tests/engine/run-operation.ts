/** Runs one operation of Pulumi's engine on this program: `run-operation.ts <OperationRequest as JSON>`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import * as z from "zod";
import type { OperationRequest, Outcome, Step } from "./operation-request";
import { serveProvider } from "./stand-in-provider";

const root = join(__dirname, "../..");

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

const inProject = (settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key.includes(":") ? key : `order-pipeline:${key}`, value]),
  );

async function selectStack(request: OperationRequest): Promise<Stack> {
  const port = await serveProvider();
  const workDir = join(request.folder, "work");
  const stack = await LocalWorkspace.createOrSelectStack(
    {
      stackName: request.stack,
      projectName: "order-pipeline",
      // Resources are declared as the program is loaded, as they are by Pulumi's language host.
      program: async () => ({ ...require(root) }),
    },
    {
      workDir,
      pulumiHome: join(request.folder, "home"),
      pulumiCommand: await PulumiCommand.get({ root: request.folder, skipVersionCheck: true }),
      projectSettings: {
        name: "order-pipeline",
        runtime: "nodejs",
        backend: { url: `file://${join(request.folder, "state")}` },
      },
      secretsProvider: "passphrase",
      envVars: {
        PATH: request.path,
        PULUMI_CONFIG_PASSPHRASE: "passphrase-for-tests",
        PULUMI_DEBUG_PROVIDERS: `aws:${port},awsx:${port}`,
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
      },
    },
  );
  const { config } = stackFile.parse(parse(readFileSync(join(root, `Pulumi.${request.stack}.yaml`), "utf8")));
  const entries = [
    ...Object.entries({ ...config, ...inProject(request.settings) }).map(([key, value]) => [
      key,
      { value: typeof value === "string" ? value : JSON.stringify(value) },
    ]),
    ...Object.entries(inProject(request.secrets)).map(([key, value]) => [key, { value, secret: true }]),
  ];
  // A setting that an earlier operation overrode goes back to the stack file's.
  const before = Object.keys(await stack.getAllConfig());
  if (before.length > 0) await stack.removeAllConfig(before);
  await stack.setAllConfig(Object.fromEntries(entries));
  return stack;
}

async function run(request: OperationRequest): Promise<Outcome> {
  const stack = await selectStack(request);
  const steps: Step[] = [];
  const done: Step[] = [];
  const violations: string[] = [];
  const said: string[] = [];
  const onEvent = ({ resourcePreEvent, resOutputsEvent, policyEvent, diagnosticEvent }: EngineEvent): void => {
    const step = ({ op, type, urn }: { op: string; type: string; urn: string }): Step[] =>
      op === "same" ? [] : [{ op, type, urn }];
    if (resourcePreEvent !== undefined) steps.push(...step(resourcePreEvent.metadata));
    if (resOutputsEvent !== undefined) done.push(...step(resOutputsEvent.metadata));
    if (policyEvent?.enforcementLevel === "mandatory") violations.push(policyEvent.policyName);
    if (diagnosticEvent?.severity === "error") said.push(diagnosticEvent.message);
  };
  const policyPacks = request.policyPack ? { policyPacks: [join(root, "policies")] } : {};
  const started = performance.now();
  const succeeded = await {
    preview: () => stack.preview({ onEvent, ...policyPacks }),
    up: () => stack.up({ onEvent, ...policyPacks }),
    destroy: () => stack.destroy({ onEvent }),
    // What `pulumi destroy` does before it asks, and what `--yes` does not leave out.
    "destroy-after-preview": () => stack.destroy({ onEvent, previewOnly: true }),
  }
    [request.operation]()
    .then(
      () => true,
      (error: Error) => {
        said.push(error.message);
        return false;
      },
    );
  const seconds = (performance.now() - started) / 1_000;
  const { deployment } = await stack.exportStack();
  return { succeeded, said: said.join("\n"), seconds, steps, done, violations, resources: deployment?.resources ?? [] };
}

const [requestJson] = process.argv.slice(2);
if (requestJson === undefined) throw new Error("run-operation.ts takes one argument: an OperationRequest as JSON.");
// Written by engine.ts, from a value of this very type.
const request = JSON.parse(requestJson) as OperationRequest;
run(request).then(
  (outcome) => {
    writeFileSync(request.outcome, JSON.stringify(outcome));
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
