import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { complaintsOfPlaceholders, isForDevelopment, isPlaceholder } from "./settings/placeholders";
import { type ProviderOptions, readProviderSettings } from "./settings/provider-settings";
import { complaintsOfPorts } from "./settings/service-ports";
import { postUrl, settingsSchema } from "./settings/settings-schema";
import { shownValue, valueAt } from "./settings/shown-value";
import { complaintsOfStackName } from "./settings/stack-name";

/** Settings that are secret: they stay encrypted in Pulumi's state and reach the functions through SSM SecureString parameters. */
const secretSettings = ["paymentKey", "shippingKey", "slackWebhookUrl"] as const;

export type Settings = z.output<typeof settingsSchema> & {
  readonly region: string;
  /** For the AWS provider: the options of the stack's configuration, such as `aws:profile`. */
  readonly provider: ProviderOptions;
  /** The payment service's API key; needed unless it is simulated. */
  readonly paymentKey: pulumi.Output<string> | undefined;
  /** The shipping service's API key; needed unless it is simulated. */
  readonly shippingKey: pulumi.Output<string> | undefined;
  /** Slack's incoming webhook that rejected orders and alarms are posted to. Default: none. */
  readonly slackWebhookUrl: pulumi.Output<string> | undefined;
};

/** A setting of the stack is missing or wrong. The message names each, its value and what is allowed. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Reads and checks the stack's settings; the only reader of Pulumi's configuration. Throws SettingsError. */
export function readSettings(): Settings {
  const config = new pulumi.Config();
  const stack = pulumi.getStack();
  const region = new pulumi.Config("aws").get("region");
  const provider = readProviderSettings();
  const given = givenSettings(config);
  const read = settingsSchema.safeParse(given);
  const secrets = {
    paymentKey: config.getSecret("paymentKey"),
    shippingKey: config.getSecret("shippingKey"),
    slackWebhookUrl: config.getSecret("slackWebhookUrl"),
  };
  const complaints = [
    ...(read.error?.issues ?? []).flatMap((issue) => complaintsOf(issue, given)),
    ...complaintsOfStackName(stack),
    ...complaintsOfRegion(region),
    ...provider.complaints,
    ...(isForDevelopment(stack) ? [] : complaintsOfRealStack(given, provider.options)),
    ...(read.success ? complaintsOfPorts(read.data) : []),
    ...complaintsOfSlackUrl(config, stack),
    ...complaintsOfKey("paymentKey", secrets.paymentKey, given["paymentUrl"]),
    ...complaintsOfKey("shippingKey", secrets.shippingKey, given["shippingUrl"]),
  ];
  if (!read.success || region === undefined || complaints.length > 0) {
    throw new SettingsError(
      [`The settings of the stack ${stack} (Pulumi.${stack}.yaml) are wrong:`, ...complaints].join("\n  "),
    );
  }
  return { ...read.data, region, provider: provider.options, ...secrets };
}

/** What staging and prod are held to, and a stack for development is not. */
function complaintsOfRealStack(given: Record<string, unknown>, provider: ProviderOptions): readonly string[] {
  const real = [given["paymentUrl"], given["shippingUrl"]].some((url) => url !== undefined && url !== "simulated");
  return [
    ...complaintsOfPlaceholders(given),
    ...(real && provider.allowedAccountIds === undefined
      ? [
          "aws:allowedAccountIds is missing: a stack with real services may be deployed only to the accounts that it names. Set it with: pulumi config set --path 'aws:allowedAccountIds[0]' <the account's 12 digits>",
        ]
      : []),
  ];
}

function complaintsOfSlackUrl(config: pulumi.Config, stack: string): readonly string[] {
  // The plain value is only checked: what the program passes on is the secret.
  const url = pulumi.runtime.allConfig()[`${config.name}:slackWebhookUrl`];
  if (url === undefined) return [];
  const notShown = "slackWebhookUrl, which is not shown because it is secret,";
  return [
    ...(postUrl.safeParse(url).success ? [] : [`${notShown} must be an https URL.`]),
    ...(isPlaceholder(url) && !isForDevelopment(stack) ? [`${notShown} is a placeholder. Set it to your own.`] : []),
  ];
}

function complaintsOfKey(
  name: "paymentKey" | "shippingKey",
  key: pulumi.Output<string> | undefined,
  url: unknown,
): readonly string[] {
  if (key !== undefined || url === undefined || url === "simulated") return [];
  return [`${name} is missing: ${url} needs one. Set it with: pulumi config set --secret ${name}`];
}

/** Regions of other partitions are refused by name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function complaintsOfRegion(region: string | undefined): readonly string[] {
  if (region === undefined || !/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) {
    return [`aws:region is ${shownValue(region)}: it must be an AWS region, such as eu-central-1.`];
  }
  return /^(?:cn|us-gov|us-isob?|eu-isoe|us-isof|eusc)-/.test(region)
    ? [
        `aws:region is ${shownValue(region)}: it is of another partition than aws, whose ARNs and host names this program does not write.`,
      ]
    : [];
}

/** All settings of this project's namespace but the secret ones, as values: Pulumi keeps them as text. */
function givenSettings(config: pulumi.Config): Record<string, unknown> {
  const prefix = `${config.name}:`;
  const secret: readonly string[] = secretSettings;
  const keys = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .filter((key) => !secret.includes(key));
  return Object.fromEntries(keys.map((key) => [key, settingValue(config.require(key))]));
}

/** Objects, numbers and booleans are kept as JSON; anything else is a string. */
function settingValue(text: string): unknown {
  if (!/^(?:[[{]|-?\d+(?:\.\d+)?$|true$|false$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function complaintsOf(issue: z.core.$ZodIssue, given: Record<string, unknown>): string[] {
  if (issue.code === "unrecognized_keys") {
    const known = [...Object.keys(settingsSchema.shape), ...secretSettings].sort().join(", ");
    return issue.keys.map((key) => `${[...issue.path, key].join(".")} is not a setting. Settings are: ${known}.`);
  }
  const value = valueAt(given, issue.path);
  const name = issue.path.join(".");
  return [value === undefined ? `${name} is missing.` : `${name} is ${shownValue(value)}: ${issue.message}.`];
}
