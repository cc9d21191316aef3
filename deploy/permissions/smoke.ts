import { allow, arn, everything, type Permission, taggedAsOurs } from "./permission";
import { readState } from "./state";

const intake = [arn("sns", "orders-intake-*")];
const events = [arn("sns", "orders-events-*")];
/** The queue that the smoke test makes to hear what partners are told, and removes again. */
const ownQueue = [arn("sqs", "order-pipeline-smoke-*")];
const importBucket = "arn:aws:s3:::orders-import-*";

/** What `npm run smoke` does on a stack, see smoke/. It reads the stack's outputs first. */
export const smoke: readonly Permission[] = [
  ...readState,
  // The back end's secret, for a token.
  allow("cognito-idp", "DescribeUserPoolClient", [arn("cognito-idp", "userpool/*")], taggedAsOurs),
  allow("sns", "Publish", intake),
  allow("sns", "Subscribe Unsubscribe", events),
  allow("sqs", "CreateQueue ReceiveMessage DeleteMessage DeleteQueue", ownQueue),
  allow("s3", "PutObject", [`${importBucket}/incoming/smoke-*`]),
  allow("s3", "GetObject", [`${importBucket}/reports/smoke-*`]),
  allow("s3", "DeleteObject", [`${importBucket}/incoming/smoke-*`, `${importBucket}/reports/smoke-*`]),
  // How an object that is not there is told from one that may not be read.
  allow("s3", "ListBucket", [importBucket]),
  allow("cloudwatch", "DescribeAlarms GetMetricData", everything),
];
