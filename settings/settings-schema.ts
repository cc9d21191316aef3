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

/** Where SNS or Slack is to post to; over plain HTTP only on this machine. */
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
      error: `each ${key} may be there only once`,
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

/** AWS has room for 50 on a resource; `project` and `stack` are two of them. */
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
    error: `there are ${mostTags} tags at most, since AWS has room for 50 and two are the program's`,
  })
  .default({});

/** Invocations at the same time that a function may keep for itself. */
export const maxReservedConcurrency = 1_000;

const defaultRunbooks = "docs/operations.md";

/** The settings that are not secret. Their doc comments are the text of docs/settings.md. */
export const settingsSchema = z.strictObject({
  /** Who gets an e-mail for each alarm. Default: nobody. */
  alertEmail: z.email().optional(),
  /** Where the runbooks are that alarms point to, without the anchor. Default `docs/operations.md`, its path in this repository. */
  runbooks: z.union([httpsUrl, z.literal(defaultRunbooks)]).default(defaultRunbooks),
  /** Whose tokens the API accepts: an OpenID issuer and the audiences meant for this API. Default: a user pool of the stack's own. */
  auth: z.strictObject({ issuer: httpsUrl, audience: z.array(z.string().min(1)).min(1) }).optional(),
  /** Web origins whose pages may call the API, such as `https://shop.example`. Default: none. */
  corsOrigins: z.array(webOrigin).default([]),
  /**
   * Requests a second (`rate`, 0.1 to 10,000) and at once (`burst`, 1 to 5,000), for reading and for writing orders. Default:
   * 1,000 and 2,000 for reading, 500 and 1,000 for writing.
   * @example {"read": {"rate": 1000, "burst": 2000}, "write": {"rate": 500, "burst": 1000}}
   */
  throttling: z.strictObject({ read: throttle(1_000, 2_000), write: throttle(500, 1_000) }).prefault({}),
  /** The payment service: an https URL, or `simulated` in dev. */
  paymentUrl: serviceUrl,
  /** The shipping service: an https URL, or `simulated` in dev. */
  shippingUrl: serviceUrl,
  /**
   * Who gets order events in a queue of their own: a name for the queue, the types of event (default: all), and the AWS
   * account whose roles read it (default: the stack's own). Default: nobody.
   * @example [{"name": "returns", "eventTypes": ["OrderRejected"], "accountId": "111122223333"}]
   */
  partners: distinctBy(partner, "name"),
  /**
   * Where order events are posted to: an https URL and the types of event (default: all). Default: nowhere.
   * @example [{"url": "https://partner.example/orders", "eventTypes": ["OrderShipped"]}]
   */
  webhooks: distinctBy(webhook, "url"),
  /** Who gets an e-mail for each rejected order. Default: nobody. */
  rejectionEmail: z.email().optional(),
  /** Other AWS accounts whose roles may publish orders to the intake topic, by their 12 digits in quotes. Default: none. */
  publisherAccounts: z.array(accountId).default([]),
  /**
   * When publish-order places orders of a test customer, for a soak: an expression of EventBridge Scheduler in UTC, and the
   * orders each time (1 to 1,000, default 1). They are orders like any other, paid and shipped. Default: never.
   * @example {"expression": "rate(5 minutes)", "orders": 10}
   */
  publishSchedule: z
    .strictObject({ expression: scheduleExpression, orders: z.int().min(1).max(1_000).default(1) })
    .optional(),
  /**
   * Minutes that an order may be open, 1 to 1,440. Then it is set going again in three runs, 5 minutes apart (or as far
   * as the limit is long); the alarm is for one that is still open after them. Default 60: fulfilment tries for half an hour.
   */
  openOrderAlarmMinutes: z.int().min(1).max(1_440).default(60),
  /** CloudWatch namespace of the pipeline's own metrics, which the dimension `Stack` tells apart by stack. Default OrderPipeline. */
  metricsNamespace: z
    .string()
    .regex(/^(?!AWS\/)[A-Za-z0-9._\-/#:]{1,255}$/, {
      error: "it must be 1 to 255 letters, digits and . - _ / # :, and not begin with AWS/",
    })
    .default(defaultMetricsNamespace),
  /** Days that logs are kept; one of CloudWatch's values. Default 30. */
  logRetentionDays: z.literal([...logRetentionDays]).default(30),
  /** Invocations at the same time that each function keeps for itself and may not exceed, 2 to 1,000. Default: no limit but the account's. */
  reservedConcurrency: z.int().min(2).max(maxReservedConcurrency).optional(),
  /**
   * Invocations at the same time that the account allows in the region, Lambda's quota "Concurrent executions": 1,000 by
   * default, 10 in a new account. 100 of them cannot be reserved, and all reservations together must fit into the rest,
   * which is checked at start. Default 1,000.
   */
  accountConcurrency: z.int().min(10).default(1_000),
  /** Deletion protection for what holds data. Default false. */
  protect: z.boolean().default(false),
  /** Runs the functions in private subnets of a VPC of the stack's own (about 124 USD a month for its NAT gateway and endpoints, see docs/cost.md). Default false. */
  vpc: z.boolean().default(false),
  /**
   * Encrypts everything at rest with the stack's own KMS key, not only what needs it. Default false.
   *
   * On a protected stack it is switched off in two updates, since the key of the bus's dead letters goes with it, and is
   * protected: Pulumi refuses one update with "cannot be deleted because it is protected". Redrive
   * orders-bus-dlq, then `protect: false` and `pulumi up`; then `customerManagedKey: false`, `protect: true` and `pulumi up`.
   * The program cannot say it itself: what the last update had is not among its inputs.
   */
  customerManagedKey: z.boolean().default(false),
  /** Reads (12,000 or more) and writes (4,000 or more) a second that the table is ready for from the start. Default: AWS's minimum. */
  warmThroughput: z
    .strictObject({ readUnitsPerSecond: z.int().min(12_000), writeUnitsPerSecond: z.int().min(4_000) })
    .optional(),
  /**
   * Name of the IAM policy that limits what any role of the stack may do, whatever it is granted: a permissions boundary.
   * A deploy role that may make roles only within it cannot make itself one that may do more. Default: none.
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
