// The Node runtime inside an execution environment: loads the handler, then works through the Lambda Runtime API.
// Plain JavaScript, one raw connection and no dependency, because its start is part of every cold start.
"use strict";
const { lookup } = require("node:dns");
const dns = require("node:dns");
const { existsSync, readFileSync } = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { readErrors, patchConsole } = require("./runtime-console.cjs");

const cacheFolder = process.argv[2];
process.argv.length = 2;
if (cacheFolder) require("node:module").enableCompileCache(cacheFolder);

const [authority, environmentId] = process.env["AWS_LAMBDA_RUNTIME_API"].split("/");
const [host, port] = authority.split(":");
const api = `/${environmentId}/2018-06-01/runtime`;

// Names below localhost need no resolver on AWS's side of an SDK (`sync-localhost`), nor a trip through getaddrinfo.
dns.lookup = (name, options, callback) => {
  const done = typeof options === "function" ? options : callback;
  const settings = typeof options === "object" && options !== null ? options : {};
  if (!/^(?:localhost|sync-localhost|.+\.localhost)$/.test(name)) return lookup(name, options, callback);
  const address = { address: "127.0.0.1", family: 4 };
  return process.nextTick(() => (settings.all ? done(null, [address]) : done(null, address.address, address.family)));
};

// The host's end of this connection closes when the host dies, however it dies.
const socket = net.connect({ host, port: Number(port), noDelay: true });
const die = () => process.kill(process.pid, "SIGKILL");
socket.on("close", die).on("error", die);

const answers = [];
let received = Buffer.alloc(0);
socket.on("data", (chunk) => {
  received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
  for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
    const headers = Object.create(null);
    for (const line of received.toString("latin1", 0, end).split("\r\n").slice(1)) {
      const colon = line.indexOf(":");
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const total = end + 4 + Number(headers["content-length"] ?? 0);
    if (received.length < total) return;
    const body = received.toString("utf8", end + 4, total);
    received = received.subarray(total);
    answers.shift()({ headers, body });
  }
});
const request = (method, target, body = "", headers = "") =>
  new Promise((resolve) => {
    answers.push(resolve);
    const head = `${method} ${api}${target} HTTP/1.1\r\nHost: ${authority}\r\n${headers}`;
    socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });

// Linux counts into maxRSS what the process that started this one had at its most: it is not the function's.
const maxRssKb = () => {
  try {
    return /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))[1];
  } catch {
    return process.resourceUsage().maxRSS;
  }
};
const usage = () => `Runtime-Max-Rss-Kb: ${maxRssKb()}\r\n`;
const { rapidError, importError, namedError } = readErrors;
const log = patchConsole();

let current;
const failAndExit = (error, code) => {
  const target = current === undefined ? "/init/error" : `/invocation/${current}/error`;
  log.error(current === undefined ? "Uncaught Exception" : "Invoke Error", error);
  request("POST", target, JSON.stringify(rapidError(error))).then(() => process.exit(code));
};
process.on("uncaughtException", (error) => failAndExit(error, 129));
process.on("unhandledRejection", (reason) =>
  failAndExit(namedError("Runtime.UnhandledPromiseRejection", String(reason), reason), 128),
);

const loadHandler = async () => {
  const name = process.env["_HANDLER"];
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  const file = path.resolve(process.env["LAMBDA_TASK_ROOT"], name.slice(0, dot));
  let handler;
  try {
    handler = require([file, `${file}.js`, `${file}.mjs`, `${file}.cjs`].find(existsSync) ?? file);
  } catch (error) {
    throw importError(error);
  }
  for (const key of name.slice(dot + 1).split(".")) handler = handler?.[key];
  if (typeof handler !== "function")
    throw namedError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  const major = Number(/nodejs(\d+)/.exec(process.env["AWS_EXECUTION_ENV"])?.[1]);
  if (handler.length < 3) return async (event, context) => handler(event, context);
  if (major >= 24)
    throw namedError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.",
    );
  return (event, context) =>
    new Promise((resolve, reject) => {
      const result = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
      if (typeof result?.then === "function") result.then(resolve, reject);
    });
};

const contextOf = (headers) => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
  functionVersion: process.env["AWS_LAMBDA_FUNCTION_VERSION"],
  memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
  logGroupName: process.env["AWS_LAMBDA_LOG_GROUP_NAME"],
  logStreamName: process.env["AWS_LAMBDA_LOG_STREAM_NAME"],
  awsRequestId: headers["lambda-runtime-aws-request-id"],
  invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
  clientContext: JSON.parse(headers["lambda-runtime-client-context"] ?? "null") ?? undefined,
  getRemainingTimeInMillis: () => Number(headers["lambda-runtime-deadline-ms"]) - Date.now(),
});

const run = async () => {
  let handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    return failAndExit(error, 1);
  }
  let next = await request("GET", "/invocation/next");
  if (cacheFolder) setTimeout(() => require("node:module").flushCompileCache(), 500).unref();
  for (;;) {
    const context = contextOf(next.headers);
    current = log.requestId = context.awsRequestId;
    process.env["_X_AMZN_TRACE_ID"] = next.headers["lambda-runtime-trace-id"];
    let outcome = "response";
    let body;
    try {
      const result = await handler(JSON.parse(next.body), context);
      body = JSON.stringify(result) ?? "null";
    } catch (error) {
      log.error("Invoke Error", error);
      outcome = "error";
      body = JSON.stringify(rapidError(error));
    }
    const answered = current;
    current = undefined;
    // Both requests leave in one go: the environment is free again as soon as its answer has been read.
    socket.cork();
    request("POST", `/invocation/${answered}/${outcome}`, body, usage());
    const following = request("GET", "/invocation/next");
    socket.uncork();
    next = await following;
  }
};
run();
