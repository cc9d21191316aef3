import type { ResourceRule } from "../rule";
import { at, isProperties, parsed, unknown, type Value } from "../value";

export const requiredTags: ResourceRule = {
  name: "required-tags",
  area: "Operated",
  reason: "What has no tags cannot be traced to the stack that made it, nor its costs.",
  source: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  fix: "Set the tags once in the provider's defaultTags, or on the resource.",
  severity: "low",
  settings: { tags: { meaning: "Keys of the tags that every resource needs.", default: ["project", "stack"] } },
  // Those of the services that this pack knows which take tags.
  types: [
    "aws:apigateway/restApi:RestApi",
    "aws:apigateway/stage:Stage",
    "aws:apigatewayv2/api:Api",
    "aws:apigatewayv2/stage:Stage",
    "aws:cloudwatch/eventBus:EventBus",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:cognito/userPool:UserPool",
    "aws:dynamodb/table:Table",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:kms/key:Key",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "aws:lambda/function:Function",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:secretsmanager/secret:Secret",
    "aws:sfn/stateMachine:StateMachine",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
    "aws:ssm/parameter:Parameter",
  ],
  check: ({ label, properties }, { settings, provider }) => {
    // A provider's nested settings travel as JSON.
    const sources: readonly Value[] = [
      properties["tags"],
      properties["tagsAll"],
      at(parsed(provider["defaultTags"]), "tags"),
    ];
    const present = new Set(sources.filter(isProperties).flatMap(Object.keys));
    const missing = (settings["tags"] ?? []).filter((key) => !present.has(key));
    const undecided = sources.includes(unknown);
    return missing.length === 0 || undecided
      ? []
      : [
          `${label} has no tag ${missing.join(", ")}: it cannot be traced to its stack. Set it in the provider's defaultTags or on the resource.`,
        ];
  },
};
