import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { runScript } from "pulumi-local-host/run-script";
import { standInSettings } from "../../settings/stand-in-settings";
import type { Stack } from "../support/stack-graph";
import type { OperationRequest, Outcome } from "./operation-request";
import { hasLanguageHost, pulumiBinary } from "./pulumi-binary";

/** Set as `pulumi config set --secret` does. */
const secretNames = new Set(["paymentKey", "shippingKey", "slackWebhookUrl"]);

const settingsOf = (stack: Stack, secret: boolean): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(standInSettings(stack)).filter(([name]) => secretNames.has(name) === secret));

/** The secrets that a stack is deployed with. */
export const secretsOf = (stack: Stack): Readonly<Record<string, string>> => settingsOf(stack, true);

/** Runs a policy pack as Pulumi's own script of this name did, for an engine that comes without its language host. */
const policyPackRunner = `#!/bin/sh
exec "${process.execPath}" "${join(__dirname, "../../node_modules/@pulumi/pulumi/cmd/run-policy-pack")}" "$@"
`;

/** A stack whose state is kept in a folder of the run, deployed by the real engine to a stand-in for AWS. */
export class DeployedStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "engine-"));
  private readonly path: string;
  private readonly stack: Stack;

  constructor(stack: Stack) {
    this.stack = stack;
    const binary = pulumiBinary();
    if (binary === undefined) throw new Error("There is no pulumi on the PATH, and PULUMI_BIN is not set.");
    const bin = join(this.folder, "bin");
    for (const name of ["bin", "work", "state", "home"]) mkdirSync(join(this.folder, name));
    symlinkSync(binary, join(bin, "pulumi"));
    if (!hasLanguageHost(binary)) {
      const runner = join(bin, "pulumi-analyzer-policy-nodejs");
      writeFileSync(runner, policyPackRunner);
      chmodSync(runner, 0o755);
    }
    this.path = [bin, dirname(binary), process.env["PATH"]].join(delimiter);
  }

  /** Runs the engine once. Rejects when it could not be asked; an operation that fails is an outcome. */
  async run(
    operation: OperationRequest["operation"],
    options: { readonly settings?: Readonly<Record<string, string>>; readonly policyPack?: boolean } = {},
  ): Promise<Outcome> {
    const outcome = join(this.folder, "outcome.json");
    const request: OperationRequest = {
      operation,
      stack: this.stack,
      settings: { ...settingsOf(this.stack, false), ...options.settings },
      secrets: secretsOf(this.stack),
      folder: this.folder,
      path: this.path,
      policyPack: options.policyPack ?? false,
      outcome,
    };
    const { code, complaint } = await runScript(join(__dirname, "run-operation.ts"), request);
    if (code !== 0) throw new Error(`${operation} of ${this.stack} ended with ${code}: ${complaint}`);
    // Written by run-operation.ts, from a value of this very type.
    return JSON.parse(readFileSync(outcome, "utf8")) as Outcome;
  }

  /** The state as it is written. */
  state(): string {
    return readFileSync(join(this.folder, `state/.pulumi/stacks/order-pipeline/${this.stack}.json`), "utf8");
  }
}
