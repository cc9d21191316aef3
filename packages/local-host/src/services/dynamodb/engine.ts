import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { anyFreePort } from "../../port";
import { type EngineKind, engineProgram } from "./engine-program";

export interface EngineAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Engine {
  readonly kind: EngineKind;
  /** What the engine's ARNs begin with. */
  readonly arnPrefix: string;
  /** The SQLite file with the log of changes. */
  readonly logFile: string;
  /** Sends a request as it is; `target` is the value of X-Amz-Target. */
  send(target: string, body: Buffer | string): Promise<EngineAnswer>;
  /** Resolves when the engine has ended without being asked to, with what it said last. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Runs a program until its standard input ends, which is what happens to a pipe when its writer dies, by SIGKILL as well.
 * `<&3` because a shell gives a background command /dev/null for its input.
 */
const untilInputEnds =
  'exec 3<&0; "$@" 3<&- </dev/null & child=$!; (cat <&3 >/dev/null; kill -9 $child 2>/dev/null) >/dev/null 2>&1 & exec 3<&-; wait $child';

/** Milliseconds an engine may take to answer its first request; the native one takes about 25, Java up to 8,000. */
const startTimeout = 30_000;

/** Starts the embedded DynamoDB engine on a folder; it ends when this process does, however that ends. */
export const startEngine = async (folder: string, wanted?: EngineKind): Promise<Engine> => {
  const program = engineProgram(wanted);
  mkdirSync(folder, { recursive: true });
  const port = await anyFreePort();
  const child = spawn("/bin/sh", ["-c", untilInputEnds, "sh", program.command, ...program.args(folder, port)], {
    stdio: ["pipe", "ignore", "pipe"],
    // Not in the terminal's process group: Ctrl-C is for the host, which ends the engine when nothing needs it any more.
    detached: true,
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const send = sender(agent, port);
  const ended = endOf(child);
  let over: string | undefined;
  ended.then((words) => {
    over = words;
  });

  const deadline = Date.now() + startTimeout;
  for (;;) {
    if (over !== undefined) throw new Error(`the DynamoDB engine ended at its start: ${over}`);
    if (await answers(send)) break;
    if (Date.now() > deadline) {
      child.stdin?.end();
      throw new Error(`the DynamoDB engine did not answer within ${startTimeout} ms on port ${port}`);
    }
    await delay(5);
  }
  return {
    kind: program.kind,
    arnPrefix: program.arnPrefix,
    logFile: join(folder, program.logFile),
    send,
    ended,
    stop: async () => {
      child.stdin?.end();
      await ended;
      agent.destroy();
    },
  };
};

const answers = async (send: Engine["send"]): Promise<boolean> => {
  try {
    return (await send("DynamoDB_20120810.ListTables", "{}")).status === 200;
  } catch {
    return false;
  }
};

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let lastWords = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-2_000);
    });
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      child.stdin?.destroy();
      resolve(`${lastWords.trim()} (${signal ?? `status ${code}`})`.trim());
    });
  });

const sender =
  (agent: Agent, port: number): Engine["send"] =>
  (target, body) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent,
          host: "127.0.0.1",
          port,
          method: "POST",
          path: "/",
          headers: {
            "content-type": "application/x-amz-json-1.0",
            "content-length": Buffer.byteLength(body),
            "x-amz-target": target,
            // The engine asks for a signature and does not verify it.
            "x-amz-date": "20260101T000000Z",
            authorization:
              "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const [only] = chunks;
            resolve({
              status: response.statusCode ?? 500,
              body: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks),
            });
          });
          response.on("error", reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
