import type { ResourceRule } from "../rule";
import { at, isProperties } from "../value";

/** Names under which secrets are kept, and what looks like one of them but is none... */
const secretName = /(?:^|_)(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|KEY|CREDENTIALS?)$/i;
const harmlessName = /(?:CACHE|FOREIGN|HASH|IDEMPOTENCY|OBJECT|PARTITION|PRIMARY|PUBLIC|RANGE|ROUTING|SORT)_KEY$/i;

/** ...and values that are secret under any name: access keys of AWS, private keys, URLs with a password, tokens of services. */
const secretValue =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]+:[^/\s@]+@|\bsk_live_\w+|\bgh[pousr]_\w{20,}|hooks\.slack\.com\/services\/\w+/;

export const noPlainSecret: ResourceRule = {
  name: "no-plain-secret",
  area: "Operated",
  reason: "Everybody who may look at a function's configuration can read its environment.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
  fix: "Keep the secret in an SSM SecureString parameter or in Secrets Manager, and give the function its name.",
  severity: "critical",
  types: ["aws:lambda/function:Function"],
  check: ({ label, properties }) => {
    const variables = at(properties["environment"], "variables");
    return Object.entries(isProperties(variables) ? variables : {})
      .filter(([name, value]) => typeof value === "string" && value !== "" && isSecret(name, value))
      .map(
        ([name]) =>
          // The value stays out of the message, which ends in logs.
          `${label} has a secret in its environment variable ${name}: whoever sees its configuration can read it. Keep it in an SSM SecureString parameter and set ${name.toUpperCase()}_PARAMETER to its name.`,
      );
  },
};

/** A name or an ARN only says where a secret is kept. */
const isSecret = (name: string, value: string): boolean =>
  secretValue.test(value) ||
  (secretName.test(name) && !harmlessName.test(name) && !/^(?:arn:|\/[\w/.-]+$)/.test(value));
