import type { ResourceRule } from "../rule";
import { at, shown, unknown, type Value } from "../value";

/** Where each type says that it is traced, and what it says. */
const tracing: Readonly<Record<string, { readonly path: readonly string[]; readonly on: Value }>> = {
  "aws:apigateway/stage:Stage": { path: ["xrayTracingEnabled"], on: true },
  "aws:lambda/function:Function": { path: ["tracingConfig", "mode"], on: "Active" },
  "aws:sfn/stateMachine:StateMachine": { path: ["tracingConfiguration", "enabled"], on: true },
};

export const tracingIsOn: ResourceRule = {
  name: "tracing-is-on",
  area: "Operated",
  reason: "Without traces nobody can follow one request through functions, queues and workflows.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
  fix: "Set tracingConfig.mode to Active, a state machine's tracingConfiguration.enabled to true.",
  severity: "low",
  types: Object.keys(tracing),
  check: ({ type, label, properties }) => {
    const { path, on } = tracing[type] ?? {};
    if (path === undefined) return [];
    const value = at(properties, ...path);
    return value === on || value === unknown
      ? []
      : [`${label} is not traced: ${path.join(".")} is ${shown(value)}. Set it to ${shown(on)}.`];
  },
};
