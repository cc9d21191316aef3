import * as z from "zod";
import { orderEventTypeSchema } from "../runtime/orders/order-event";
import { defaultMetricsNamespace } from "../runtime/orders/order-metrics";
import { shownValue } from "./shown-value";

/** What CloudWatch Logs accepts as retention, in days. */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const isUrl = (value: string, holds: (url: URL) => boolean): boolean => URL.canParse(value) && holds(new URL(value));

const isOnThisMachine = (url: URL): boolean =>
  url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

const webOrigin = z
  .string()
  .refine(
    (value) => value === "*" || isUrl(value, (url) => url.origin === value),
    "it must be a web origin such as https://shop.example (no path, no slash at the end), or *",
  );

const httpsUrl = z
  .string()
  .refine((value) => isUrl(value, (url) => url.protocol === "https:"), "it must be an https URL");

/** `simulated`, or the URL of a service; over plain HTTP only on this machine. */
const serviceUrl = z
  .string()
  .refine(
    (value) => value === "simulated" || isUrl(value, (url) => url.protocol === "https:" || isOnThisMachine(url)),
    "it must be an https URL, or `simulated`",
  );

/** An endpoint that SNS or Slack messages are posted to; over plain HTTP only on this machine. */
export const postUrl = z
  .string()
  .refine(
    (value) => isUrl(value, (url) => url.protocol === "https:" || isOnThisMachine(url)),
    "it must be an https URL",
  );

const eventTypes = z.array(orderEventTypeSchema).min(1).optional();

const accountId = z
  .string({ error: "it must be the 12 digits of an AWS account, in quotes" })
  .regex(/^\d{12}$/, { error: "it must be the 12 digits of an AWS account, in quotes" });

const partner = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, {
    error: "it must be a name of 1 to 30 lower-case letters, digits and hyphens, beginning with a letter",
  }),
  eventTypes,
  accountId: accountId.optional(),
});

const webhook = z.strictObject({ url: postUrl, eventTypes });

/** A list whose entries differ in `key`. */
const distinctBy = <Entry extends z.ZodObject>(entry: Entry, key: string & keyof z.output<Entry>) =>
  z
    .array(entry)
    .refine((entries) => new Set(entries.map((each) => each[key])).size === entries.length, {
      error: `each ${key} may occur only once`,
    })
    .default([]);

/** Requests a second: API Gateway's quota for an account. */
export const maxThrottleRate = 10_000;

const throttle = (rate: number, burst: number) =>
  z
    .strictObject({ rate: z.number().min(0.1).max(maxThrottleRate), burst: z.int().min(1).max(5_000) })
    .default({ rate, burst });

const scheduleExpression = z
  .string()
  .regex(/^(rate|cron|at)\(.+\)$/, { error: "it must be rate(...), cron(...) or at(...), such as rate(5 minutes)" });

const tagRule = "letters, digits, spaces and _ . : / = + - @, and not aws: at the beginning";

/** What every service takes: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html */
const isTagText = (value: string): boolean => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(value) && !/^aws:/i.test(value);

const isTagKey = (key: string): boolean => key !== "" && key.length <= 128 && isTagText(key);

/** AWS allows 50 on a resource; `project` and `stack` are two of them. */
const mostTags = 48;

const tags = z
  .record(
    z.string(),
    z
      .string()
      .max(256)
      .refine(isTagText, { error: `it must be ${tagRule}` }),
  )
  .refine((given) => Object.keys(given).every(isTagKey), {
    error: ({ input }) =>
      `the key ${shownValue(Object.keys(Object(input)).find((key) => !isTagKey(key)))} must be 1 to 128 ${tagRule}`,
  })
  .refine((given) => Object.keys(given).length <= mostTags, {
    error: `it may have at most ${mostTags} tags: AWS allows 50, and two are the program's`,
  })
  .default({});

/** Invocations at the same time that a function may keep for itself. */
export const maxReservedConcurrency = 1_000;

const defaultRunbooks = "docs/operations.md";

/** The settings that are not secret. Their doc comments are the text of docs/settings.md. */
export const settingsSchema = z.strictObject({
  /** E-mail address that is notified of each alarm. Default: none. */
  alertEmail: z.email().optional(),
  /** URL of the runbooks that alarms link to, without the anchor. Default `docs/operations.md`, their path in this repository. */
  runbooks: z.union([httpsUrl, z.literal(defaultRunbooks)]).default(defaultRunbooks),
  /** The tokens that the API accepts: an OpenID issuer and the audiences of this API. Default: a user pool of the stack's own. */
  auth: z.strictObject({ issuer: httpsUrl, audience: z.array(z.string().min(1)).min(1) }).optional(),
  /** Web origins whose pages may call the API, such as `https://shop.example`. Default: none. */
  corsOrigins: z.array(webOrigin).default([]),
  /**
   * Requests a second (`rate`, 0.1 to 10,000) and the burst (`burst`, 1 to 5,000), for reading and for writing orders. Default:
   * 1,000 and 2,000 for reading, 500 and 1,000 for writing.
   * @example {"read": {"rate": 1000, "burst": 2000}, "write": {"rate": 500, "burst": 1000}}
   */
  throttling: z.strictObject({ read: throttle(1_000, 2_000), write: throttle(500, 1_000) }).prefault({}),
  /** The payment service: an https URL, or `simulated` in dev. */
  paymentUrl: serviceUrl,
  /** The shipping service: an https URL, or `simulated` in dev. */
  shippingUrl: serviceUrl,
  /**
   * Partners that receive order events in a queue of their own: a name for the queue, the types of event (default: all), and
   * the AWS account whose roles read it (default: the stack's own). Default: none.
   * @example [{"name": "returns", "eventTypes": ["OrderRejected"], "accountId": "111122223333"}]
   */
  partners: distinctBy(partner, "name"),
  /**
   * Endpoints that order events are posted to: an https URL and the types of event (default: all). Default: none.
   * @example [{"url": "https://partner.example/orders", "eventTypes": ["OrderShipped"]}]
   */
  webhooks: distinctBy(webhook, "url"),
  /** E-mail address that is notified of each rejected order. Default: none. */
  rejectionEmail: z.email().optional(),
  /** Other AWS accounts whose roles may publish orders to the intake topic, by their 12 digits in quotes. Default: none. */
  publisherAccounts: z.array(accountId).default([]),
  /**
   * When publish-order places orders of a test customer, for a soak test: an expression of EventBridge Scheduler in UTC, and
   * the number of orders each time (1 to 1,000, default 1). They are paid and shipped like any others. Default: never.
   * @example {"expression": "rate(5 minutes)", "orders": 10}
   */
  publishSchedule: z
    .strictObject({ expression: scheduleExpression, orders: z.int().min(1).max(1_000).default(1) })
    .optional(),
  /**
   * Minutes that an order may be open, 1 to 1,440. Then it is restarted in three runs, 5 minutes apart (or as many minutes
   * as the limit has, if fewer); the alarm goes off for one that is still open after them. Default 60: fulfilment retries for
   * half an hour.
   */
  openOrderAlarmMinutes: z.int().min(1).max(1_440).default(60),
  /** CloudWatch namespace of the pipeline's own metrics; their dimension `Stack` separates the stacks. Default OrderPipeline. */
  metricsNamespace: z
    .string()
    .regex(/^(?!AWS\/)[A-Za-z0-9._\-/#:]{1,255}$/, {
      error: "it must be 1 to 255 letters, digits and . - _ / # :, and not begin with AWS/",
    })
    .default(defaultMetricsNamespace),
  /** Days that logs are kept; one of CloudWatch's values. Default 30. */
  logRetentionDays: z.literal([...logRetentionDays]).default(30),
  /** Reserved concurrency of each function on an order's path, which is also its limit, 2 to 1,000. Default: only the account's limit. */
  reservedConcurrency: z.int().min(2).max(maxReservedConcurrency).optional(),
  /**
   * Lambda's quota "Concurrent executions" of the account in the region: 1,000 by default, 10 in a new account. 100 of them
   * cannot be reserved, and all reservations together must fit into the rest, which is checked at start. Default 1,000.
   */
  accountConcurrency: z.int().min(10).default(1_000),
  /** Deletion protection for the resources that hold data. Default false. */
  protect: z.boolean().default(false),
  /** Runs the functions in private subnets of a VPC of the stack's own (about 124 USD a month for its NAT gateway and endpoints, see docs/cost.md). Default false. */
  vpc: z.boolean().default(false),
  /**
   * Encrypts everything at rest with the stack's own KMS key, not only what needs it. Default false.
   *
   * On a protected stack, switching it off takes two updates, because it deletes the key of the bus's dead letters, which is
   * protected: Pulumi refuses a single update with "cannot be deleted because it is protected". Redrive orders-bus-dlq, then
   * `protect: false` and `pulumi up`; then `customerManagedKey: false`, `protect: true` and `pulumi up`.
   */
  customerManagedKey: z.boolean().default(false),
  /** Reads (12,000 or more) and writes (4,000 or more) a second that a new table can handle at once. Default: AWS's minimum. */
  warmThroughput: z
    .strictObject({ readUnitsPerSecond: z.int().min(12_000), writeUnitsPerSecond: z.int().min(4_000) })
    .optional(),
  /**
   * Name of the IAM policy that is the permissions boundary of every role of the stack. A deploy role that may create roles only
   * within it cannot create one that may do more. Default: none.
   * @example "order-pipeline-prod-boundary"
   */
  permissionsBoundary: z
    .string()
    .regex(/^[\w+=,.@-]{1,128}$/, {
      error: "it must be the name of an IAM policy of the account: 1 to 128 letters, digits and + = , . @ _ -",
    })
    .optional(),
  /**
   * Name of a bucket of the account, in the stack's region, that S3 writes access logs of the import bucket to; its policy
   * must let `logging.s3.amazonaws.com` put objects. Default: no access logs.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
   * @example "shop-access-logs"
   */
  accessLogBucket: z
    .string()
    .regex(/^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
      error: "it must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
    })
    .optional(),
  /** Tags for every resource, beside `project` and `stack`. Default: none. */
  tags,
});
