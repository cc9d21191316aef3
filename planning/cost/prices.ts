/** What AWS charges, in US dollars without tax. Prices differ by region: those of another one are mostly higher. */
export const pricedRegion = "us-east-1";

/** When the prices were last looked up; AWS changes them a few times a year. */
export const pricesRead = "2026-11-26";

export interface Price {
  readonly usd: number;
  /** How many of the unit the price is for. */
  readonly per: number;
  readonly unit: string;
  /** AWS's page, which is right where this file is not. */
  readonly source: string;
  /** Where the amount was read, and of which day that is: AWS's pages fill in their amounts by region as they are shown. */
  readonly seen: string;
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

const cloudBurn = (page: string, day: string): string => `cloudburn.io/blog/${page}, us-east-1, ${day}`;

const seen = {
  priceList: "AWS Price List of us-east-1, as quoted by ocelhq/ocel, 2026-09-06",
  /** https://aws.amazon.com/dynamodb/pricing/ has the same for us-east-1 and us-west-2. */
  recovery: "AWS Price List, USW2-TimedPITRStorage-ByteHrs, 2026",
  httpApi: "AWS Price List, USE1-ApiGatewayHttpRequest, 2026-08-17",
  eventBridge: cloudBurn("amazon-eventbridge-pricing", "2026-03-13"),
  sqs: cloudBurn("amazon-sqs-pricing", "2026-03-14"),
  sns: "factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols, 2026-06-13",
  stepFunctions: "wring.co/blog/aws-step-functions-pricing-guide, 2026-03-14",
  /** The same in us-east-1: https://signoz.io/guides/cloudwatch-pricing, cloudburn.io/blog/amazon-cloudwatch-pricing. */
  cloudWatch: "AWS Price List of us-east-2, usage types CW:*, and AWS's page for dashboards, 2026",
  xray: "AWS Price List, USW2-XRay-TracesStored, 2026-08",
  kms: "aws.amazon.com/kms/pricing; wring.co/blog/aws-kms-pricing-guide, 2026-03-15",
  clients: "rhythmictech.com/blog/the-aws-cognito-m2m-bill-has-come-due-what-you-need-to-know, 2025-05",
  tokens: "cur.vantage-api.com, CUPM2MTokenRequestsFull, 2025-04-27",
  addresses: "AWS Price List of us-east-1, as quoted by ChiefGyk3D/Clouds-Against-Humanity, 2026-10-16",
  endpoints: "AWS Price List, USW2-VpcEndpoint-Hours, 2026-10-06",
} as const;

/** By what is counted. Where several tiers are charged, the first: 10 TB of logs, 10,000 metrics, 300 million requests. */
export const prices = {
  httpRequests: { usd: 1, per: million, unit: "requests", source: source.apiGateway, seen: seen.httpApi },
  lambdaRequests: {
    usd: 0.2,
    per: million,
    unit: "requests",
    source: source.lambda,
    seen: seen.priceList,
    free: million,
  },
  lambdaGbSeconds: {
    usd: 0.0000133334,
    per: 1,
    unit: "GB-seconds (arm64)",
    source: source.lambda,
    seen: seen.priceList,
    free: 400_000,
  },
  writeUnits: { usd: 0.625, per: million, unit: "write units", source: source.dynamodb, seen: seen.priceList },
  readUnits: { usd: 0.125, per: million, unit: "read units", source: source.dynamodb, seen: seen.priceList },
  tableGb: { usd: 0.25, per: 1, unit: "GB-months", source: source.dynamodb, seen: seen.priceList, free: 25 },
  recoveryGb: { usd: 0.2, per: 1, unit: "GB-months", source: source.dynamodb, seen: seen.recovery },
  busEvents: { usd: 1, per: million, unit: "events of 64 KB", source: source.eventBridge, seen: seen.eventBridge },
  archivedGb: { usd: 0.1, per: 1, unit: "GB archived", source: source.eventBridge, seen: seen.eventBridge },
  schedules: {
    usd: 1,
    per: million,
    unit: "invocations",
    source: source.eventBridge,
    seen: seen.eventBridge,
    free: 14 * million,
  },
  queueRequests: {
    usd: 0.4,
    per: million,
    unit: "requests of 64 KB",
    source: source.sqs,
    seen: seen.sqs,
    free: million,
  },
  published: { usd: 0.5, per: million, unit: "requests of 64 KB", source: source.sns, seen: seen.sns, free: million },
  webDeliveries: { usd: 0.6, per: million, unit: "deliveries", source: source.sns, seen: seen.sns, free: 100_000 },
  emails: { usd: 2, per: 100_000, unit: "e-mails", source: source.sns, seen: seen.sns, free: 1_000 },
  executions: { usd: 1, per: million, unit: "executions", source: source.stepFunctions, seen: seen.stepFunctions },
  executionGbHours: { usd: 0.06, per: 1, unit: "GB-hours", source: source.stepFunctions, seen: seen.stepFunctions },
  logGb: { usd: 0.5, per: 1, unit: "GB taken in", source: source.cloudWatch, seen: seen.cloudWatch, free: 5 },
  logGbMonths: {
    usd: 0.03,
    per: 1,
    unit: "GB-months, compressed",
    source: source.cloudWatch,
    seen: seen.cloudWatch,
    free: 5,
  },
  customMetrics: { usd: 0.3, per: 1, unit: "metrics", source: source.cloudWatch, seen: seen.cloudWatch, free: 10 },
  metricRequests: {
    usd: 0.01,
    per: 1_000,
    unit: "requests",
    source: source.cloudWatch,
    seen: seen.cloudWatch,
    free: million,
  },
  alarms: { usd: 0.1, per: 1, unit: "metrics of alarms", source: source.cloudWatch, seen: seen.cloudWatch, free: 10 },
  compositeAlarms: { usd: 0.5, per: 1, unit: "alarms", source: source.cloudWatch, seen: seen.cloudWatch },
  dashboards: { usd: 3, per: 1, unit: "dashboards", source: source.cloudWatch, seen: seen.cloudWatch, free: 3 },
  traces: { usd: 5, per: million, unit: "traces recorded", source: source.xray, seen: seen.xray, free: 100_000 },
  keys: { usd: 1, per: 1, unit: "keys", source: source.kms, seen: seen.kms },
  keyRequests: { usd: 0.03, per: 10_000, unit: "requests", source: source.kms, seen: seen.kms, free: 20_000 },
  machineClients: { usd: 6, per: 1, unit: "app clients", source: source.cognito, seen: seen.clients },
  machineTokens: { usd: 2.25, per: 1_000, unit: "tokens", source: source.cognito, seen: seen.tokens },
  natHours: { usd: 0.045, per: 1, unit: "hours", source: source.vpc, seen: seen.priceList },
  publicAddressHours: { usd: 0.005, per: 1, unit: "hours", source: source.vpc, seen: seen.addresses },
  endpointHours: { usd: 0.01, per: 1, unit: "hours in a zone", source: source.privateLink, seen: seen.endpoints },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;
