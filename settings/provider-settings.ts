import type { ProviderArgs } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { shownValue, valueAt } from "./shown-value";

/** Options of the AWS provider that come from the stack's configuration; region and tags are settings of their own. */
export type ProviderOptions = Omit<ProviderArgs, "region" | "defaultTags">;

/** Account IDs of AWS's documentation. */
const placeholders = ["111122223333", "123456789012", "000000000000"];

const accountIds = z.array(
  z
    .string({ error: "it must be the 12 digits of an AWS account, in quotes" })
    .regex(/^\d{12}$/, { error: "it must be the 12 digits of an AWS account, in quotes" })
    .refine((id) => !placeholders.includes(id), {
      error: "it is an account of AWS's documentation. Set it to your own",
    }),
);

const text = z.string();
const texts = z.array(z.string());
const object = z.record(z.string(), z.unknown());

/** What each option may be; the AWS provider checks what is inside an object. */
const options: Readonly<Record<keyof ProviderOptions, z.ZodType>> = {
  accessKey: text,
  allowedAccountIds: accountIds.min(1),
  assumeRoleWithWebIdentity: object,
  assumeRoles: z.array(object),
  customCaBundle: text,
  ec2MetadataServiceEndpoint: text,
  ec2MetadataServiceEndpointMode: text,
  endpoints: z.array(object),
  forbiddenAccountIds: accountIds,
  httpProxy: text,
  httpsProxy: text,
  ignoreTags: object,
  insecure: z.boolean(),
  maxRetries: z.int(),
  noProxy: text,
  profile: text,
  retryMode: text,
  s3UsEast1RegionalEndpoint: text,
  s3UsePathStyle: z.boolean(),
  secretKey: text,
  sharedConfigFiles: texts,
  sharedCredentialsFiles: texts,
  skipCredentialsValidation: z.boolean(),
  skipMetadataApiCheck: z.boolean(),
  skipRegionValidation: z.boolean(),
  skipRequestingAccountId: z.boolean(),
  stsRegion: text,
  tagPolicyCompliance: text,
  token: text,
  tokenBucketRateLimiterCapacity: z.int(),
  useDualstackEndpoint: z.boolean(),
  useFipsEndpoint: z.boolean(),
  userAgents: texts,
};

/** Kept as secrets in Pulumi's state: credentials, and the external id of a role. */
const secrets: ReadonlySet<keyof ProviderOptions> = new Set([
  "accessKey",
  "assumeRoleWithWebIdentity",
  "assumeRoles",
  "secretKey",
  "token",
]);

const isOption = (name: string): name is keyof ProviderOptions => Object.hasOwn(options, name);

export interface ProviderSettings {
  readonly options: ProviderOptions;
  readonly complaints: readonly string[];
}

/**
 * The options of the AWS provider in the stack's configuration, `aws:profile` and the like. Pulumi applies them only
 * to its default provider; the program creates its own, with tags, which without them would deploy wherever the credentials point.
 */
export function readProviderSettings(): ProviderSettings {
  const config = new pulumi.Config("aws");
  const read: Record<string, unknown> = {};
  const complaints: string[] = [];
  for (const key of Object.keys(pulumi.runtime.allConfig()).sort()) {
    const name = key.startsWith("aws:") ? key.slice("aws:".length) : "";
    if (name === "" || name === "region") continue;
    if (name === "defaultTags") {
      complaints.push("aws:defaultTags is not passed on to the AWS provider: set tags instead.");
    } else if (isOption(name)) {
      const option = options[name];
      const value = parsedOption(config.require(name), option);
      const { error } = option.safeParse(value);
      complaints.push(...(error?.issues ?? []).map((issue) => complaintOf(name, value, issue)));
      read[name] = secrets.has(name) ? pulumi.secret(value) : value;
    } else {
      const known = Object.keys(options).map((option) => `aws:${option}`);
      complaints.push(`${key} is not passed on to the AWS provider. Passed on are: ${known.join(", ")}.`);
    }
  }
  // Each value has passed the schema of its option, which has the provider's type.
  return { options: read as ProviderOptions, complaints };
}

/** Pulumi keeps everything as text: all but a text is JSON. */
function parsedOption(given: string, option: z.ZodType): unknown {
  if (option === text) return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function complaintOf(name: keyof ProviderOptions, value: unknown, issue: z.core.$ZodIssue): string {
  const place = ["aws:".concat(name), ...issue.path].join(".");
  if (issue.path.length === 0) {
    return `${place} is ${secrets.has(name) ? "not shown" : JSON.stringify(value)}: it must be JSON, as the AWS provider documents it.`;
  }
  const shown = secrets.has(name) ? "not shown" : shownValue(valueAt(value, issue.path));
  return `${place} is ${shown}: ${issue.message}.`;
}
