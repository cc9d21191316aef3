/** What AWS charges, in US dollars without tax. Prices differ by region: those of another one are up to a quarter higher. */
export const pricedRegion = "us-east-1";

/** When the prices were looked up; AWS changes them a few times a year. */
export const pricesRead = "2026-11-26";

export interface Price {
  readonly usd: number;
  /** How many of the unit the price is for. */
  readonly per: number;
  readonly unit: string;
  readonly source: string;
  /** What AWS gives away each month, in units; not deducted unless asked for. */
  readonly free?: number;
}

const million = 1_000_000;
const source = {
  apiGateway: "https://aws.amazon.com/api-gateway/pricing/",
  cloudWatch: "https://aws.amazon.com/cloudwatch/pricing/",
  cognito: "https://aws.amazon.com/cognito/pricing/",
  dynamodb: "https://aws.amazon.com/dynamodb/pricing/on-demand/",
  eventBridge: "https://aws.amazon.com/eventbridge/pricing/",
  kms: "https://aws.amazon.com/kms/pricing/",
  lambda: "https://aws.amazon.com/lambda/pricing/",
  privateLink: "https://aws.amazon.com/privatelink/pricing/",
  sns: "https://aws.amazon.com/sns/pricing/",
  sqs: "https://aws.amazon.com/sqs/pricing/",
  stepFunctions: "https://aws.amazon.com/step-functions/pricing/",
  vpc: "https://aws.amazon.com/vpc/pricing/",
  xray: "https://aws.amazon.com/xray/pricing/",
} as const;

/** By what is counted. Where several tiers are charged, the first: 10 TB of logs, 10,000 metrics, 300 million requests. */
export const prices = {
  httpRequests: { usd: 1, per: million, unit: "requests", source: source.apiGateway },
  lambdaRequests: { usd: 0.2, per: million, unit: "requests", source: source.lambda, free: million },
  lambdaGbSeconds: { usd: 0.0000133334, per: 1, unit: "GB-seconds (arm64)", source: source.lambda, free: 400_000 },
  writeUnits: { usd: 0.625, per: million, unit: "write units", source: source.dynamodb },
  readUnits: { usd: 0.125, per: million, unit: "read units", source: source.dynamodb },
  tableGb: { usd: 0.25, per: 1, unit: "GB-months", source: source.dynamodb, free: 25 },
  recoveryGb: { usd: 0.2, per: 1, unit: "GB-months", source: source.dynamodb },
  busEvents: { usd: 1, per: million, unit: "events of 64 KB", source: source.eventBridge },
  archivedGb: { usd: 0.1, per: 1, unit: "GB archived", source: source.eventBridge },
  schedules: { usd: 1, per: million, unit: "invocations", source: source.eventBridge, free: 14 * million },
  queueRequests: { usd: 0.4, per: million, unit: "requests of 64 KB", source: source.sqs, free: million },
  published: { usd: 0.5, per: million, unit: "requests of 64 KB", source: source.sns, free: million },
  webDeliveries: { usd: 0.6, per: million, unit: "deliveries", source: source.sns, free: 100_000 },
  emails: { usd: 2, per: 100_000, unit: "e-mails", source: source.sns, free: 1_000 },
  executions: { usd: 1, per: million, unit: "executions", source: source.stepFunctions },
  executionGbHours: { usd: 0.06, per: 1, unit: "GB-hours", source: source.stepFunctions },
  logGb: { usd: 0.5, per: 1, unit: "GB taken in", source: source.cloudWatch, free: 5 },
  logGbMonths: { usd: 0.03, per: 1, unit: "GB-months, compressed", source: source.cloudWatch, free: 5 },
  customMetrics: { usd: 0.3, per: 1, unit: "metrics", source: source.cloudWatch, free: 10 },
  metricRequests: { usd: 0.01, per: 1_000, unit: "requests", source: source.cloudWatch, free: million },
  alarms: { usd: 0.1, per: 1, unit: "metrics of alarms", source: source.cloudWatch, free: 10 },
  compositeAlarms: { usd: 0.5, per: 1, unit: "alarms", source: source.cloudWatch },
  dashboards: { usd: 3, per: 1, unit: "dashboards", source: source.cloudWatch, free: 3 },
  traces: { usd: 5, per: million, unit: "traces recorded", source: source.xray, free: 100_000 },
  keys: { usd: 1, per: 1, unit: "keys", source: source.kms },
  keyRequests: { usd: 0.03, per: 10_000, unit: "requests", source: source.kms, free: 20_000 },
  machineClients: { usd: 6, per: 1, unit: "app clients", source: source.cognito },
  machineTokens: { usd: 2.25, per: 1_000, unit: "tokens", source: source.cognito },
  natHours: { usd: 0.045, per: 1, unit: "hours", source: source.vpc },
  publicAddressHours: { usd: 0.005, per: 1, unit: "hours", source: source.vpc },
  endpointHours: { usd: 0.01, per: 1, unit: "hours in a zone", source: source.privateLink },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;
