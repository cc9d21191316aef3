import { JSONPath } from "jsonpath-plus";

/** How a target's payload is made of an event; at most one of the three is set. */
export interface TargetInput {
  readonly input?: string | undefined;
  readonly inputPath?: string | undefined;
  readonly inputTransformer?:
    | { readonly inputPaths?: Readonly<Record<string, string>> | undefined; readonly inputTemplate: string }
    | undefined;
}

export interface RuleIdentity {
  readonly ruleArn: string;
  readonly ruleName: string;
}

/** The JSON text a target is given for an event: the event itself, a constant, a part of it, or a template filled in. */
export const targetInput = (settings: TargetInput, rule: RuleIdentity, event: string): string => {
  const { input, inputPath, inputTransformer } = settings;
  if (input !== undefined) return input;
  if (inputPath !== undefined && inputPath !== "$") return JSON.stringify(valueAt(inputPath, JSON.parse(event)) ?? {});
  if (inputTransformer === undefined) return event;
  return fillTemplate(inputTransformer.inputTemplate, variablesOf(inputTransformer.inputPaths ?? {}, rule, event));
};

const valueAt = (path: string, event: object): unknown => JSONPath({ path, json: event, wrap: false, eval: false });

type Variables = (name: string) => unknown;

const variablesOf = (paths: Readonly<Record<string, string>>, rule: RuleIdentity, event: string): Variables => {
  const parsed = JSON.parse(event);
  return (name) => {
    switch (name) {
      case "aws.events.rule-arn":
        return rule.ruleArn;
      case "aws.events.rule-name":
        return rule.ruleName;
      case "aws.events.event.ingestion-time":
        return new Date().toISOString();
      case "aws.events.event.json":
        return parsed;
      case "aws.events.event": {
        const { detail: _, ...withoutDetail } = parsed;
        return withoutDetail;
      }
      default: {
        const path = paths[name];
        return path === undefined ? undefined : valueAt(path, parsed);
      }
    }
  };
};

/** Inside a JSON string a variable is its bare text, outside it is JSON; a path that leads nowhere is an empty string. */
const fillTemplate = (template: string, variables: Variables): string => {
  let filled = "";
  let quoted = false;
  for (let at = 0; at < template.length; at += 1) {
    const char = template.charAt(at);
    if (char === "\\" && quoted) {
      filled += char + template.charAt(at + 1);
      at += 1;
      continue;
    }
    if (char === '"') quoted = !quoted;
    const name = char === "<" ? /^<([\w.-]+)>/.exec(template.slice(at))?.[1] : undefined;
    if (name === undefined) {
      filled += char;
      continue;
    }
    const value = variables(name) ?? "";
    filled += quoted ? escaped(typeof value === "string" ? value : JSON.stringify(value)) : JSON.stringify(value);
    at += name.length + 1;
  }
  return filled;
};

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
