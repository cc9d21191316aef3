import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeRequest,
  type AnalyzeResponse,
  type AnalyzerInfo,
  type AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  type EnforcementLevel,
  PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

const root = join(__dirname, "../..");

/** What Pulumi writes with the engine's calls: one answer, or an error. */
type Call<Request, Response> = (request: Request, answer: (error: Error | null, response: Response) => void) => unknown;

/** The policy pack as the engine runs it: a process of Pulumi's that loads policies/ and answers over gRPC. */
export class PolicyPackProcess {
  private readonly child: ChildProcess;
  private readonly client: AnalyzerClient;

  private constructor(child: ChildProcess, port: string) {
    this.child = child;
    this.client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  /** `config` is the configuration of the stack that is looked at. Rejects with what the pack said when it cannot be loaded. */
  static async start(config: Readonly<Record<string, string>> = {}): Promise<PolicyPackProcess> {
    const runner = join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
    const pack = join(root, "policies");
    // The engine runs a pack in the pack's folder, and ends the port it listens on with a line feed.
    const child = spawn(process.execPath, [runner, "127.0.0.1:0", pack], {
      cwd: pack,
      env: { ...process.env, PULUMI_CONFIG: JSON.stringify(config) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    const ended = once(child, "exit").then(() => Promise.reject(new Error(`The policy pack ended: ${complaint}`)));
    const port = once(createInterface(child.stdout), "line").then(([line]) => String(line));
    const running = new PolicyPackProcess(child, await Promise.race([port, ended]));
    ended.catch(() => undefined);
    return running;
  }

  info(): Promise<AnalyzerInfo> {
    return answerOf((_: undefined, answer) => this.client.getAnalyzerInfo(new Empty(), answer), undefined);
  }

  /** Configures rules, as the file of `--policy-pack-config` does. */
  async configure(
    rules: Readonly<Record<string, { readonly level: EnforcementLevel; readonly settings?: Record<string, string[]> }>>,
  ): Promise<void> {
    const request = new ConfigureAnalyzerRequest();
    for (const [rule, { level, settings = {} }] of Object.entries(rules)) {
      const config = new PolicyConfig().setEnforcementlevel(level).setProperties(Struct.fromJavaScript(settings));
      request.getPolicyconfigMap().set(rule, config);
    }
    await answerOf((it: ConfigureAnalyzerRequest, answer) => this.client.configure(it, answer), request);
  }

  analyze(request: AnalyzeRequest): Promise<AnalyzeResponse> {
    return answerOf((it: AnalyzeRequest, answer) => this.client.analyze(it, answer), request);
  }

  analyzeStack(request: AnalyzeStackRequest): Promise<AnalyzeResponse> {
    return answerOf((it: AnalyzeStackRequest, answer) => this.client.analyzeStack(it, answer), request);
  }

  async stop(): Promise<void> {
    this.client.close();
    this.child.kill();
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
  }
}

const answerOf = <Request, Response>(call: Call<Request, Response>, request: Request): Promise<Response> =>
  new Promise((settle, refuse) => {
    call(request, (error, response) => {
      if (error === null) settle(response);
      else refuse(error);
    });
  });
