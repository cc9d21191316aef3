// What the Node runtime does to errors and to the console, in the words and formats of AWS's own runtime.
"use strict";
const util = require("node:util");

const rapidError = (error) =>
  error instanceof Error || util.types.isNativeError(error)
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const namedError = (name, message, cause) => {
  const error = new Error(message);
  error.name = name;
  error.stack = cause instanceof Error ? `${name}: ${message}\n${cause.stack}` : `${name}: ${message}`;
  return error;
};

const importError = (error) => {
  if (error instanceof SyntaxError) return namedError("Runtime.UserCodeSyntaxError", String(error), error);
  if (error?.code === "MODULE_NOT_FOUND") return namedError("Runtime.ImportModuleError", String(error), error);
  return error;
};

const levels = { trace: "TRACE", debug: "DEBUG", info: "INFO", log: "INFO", warn: "WARN", error: "ERROR" };
const ranks = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, stack: String(error.stack).split("\n"), ...error }
    : error;

/** Replaces console's methods by the runtime's, which add time, request id and level. */
const patchConsole = () => {
  const json = process.env["AWS_LAMBDA_LOG_FORMAT"] === "JSON";
  const lowest = json ? ranks.indexOf(process.env["AWS_LAMBDA_LOG_LEVEL"] ?? "TRACE") : 0;
  const state = { requestId: undefined };
  const write = (level, parts) => {
    if (ranks.indexOf(level) < lowest) return;
    const timestamp = new Date().toISOString();
    if (json) {
      const only = parts.length === 1 && typeof parts[0] === "object" ? describe(parts[0]) : undefined;
      const failure = parts.find((part) => part instanceof Error);
      const line = { timestamp, level, requestId: state.requestId, message: only ?? util.format(...parts) };
      if (failure !== undefined) {
        line.errorType = failure.name;
        line.errorMessage = failure.message;
        line.stackTrace = String(failure.stack).split("\n").slice(1);
      }
      process.stdout.write(`${JSON.stringify(line)}\n`);
      return;
    }
    // A carriage return keeps a message of several lines one log event.
    const message = util.format(...parts).replace(/\n/g, "\r");
    process.stdout.write(`${timestamp}\t${state.requestId ?? "undefined"}\t${level}\t${message}\n`);
  };
  for (const [method, level] of Object.entries(levels)) console[method] = (...parts) => write(level, parts);
  state.error = (title, error) =>
    json ? write("ERROR", [error]) : write("ERROR", [`${title} `, JSON.stringify(describe(error))]);
  return state;
};

module.exports = { readErrors: { rapidError, namedError, importError }, patchConsole };
