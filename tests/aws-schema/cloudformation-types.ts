import { list, object, type Properties } from "./properties";

/**
 * How a Pulumi resource type is called in CloudFormation. Property names are the same but for their first letter; what is
 * listed here differs.
 */
export interface CloudFormationType {
  readonly type: string;
  /** The property that takes the physical name, which Pulumi makes from the logical one. */
  readonly named?: string;
  /** Keys of other names, at any depth. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Inputs of another shape, in CloudFormation's. */
  readonly shape?: (inputs: Properties) => Properties;
}

/** Dimensions as CloudFormation lists them. */
const dimensionList = (dimensions: unknown) =>
  Object.entries(object(dimensions)).map(([Name, Value]) => ({ Name, Value }));

const parsed = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(String(value)));

const without = (inputs: Properties, ...keys: readonly string[]): Properties =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => !keys.includes(key)));

const keySchema = ({ hashKey, rangeKey }: Properties): Properties[] => [
  { AttributeName: hashKey, KeyType: "HASH" },
  ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }]),
];

const table = (inputs: Properties): Properties => {
  const encryption = object(inputs["serverSideEncryption"]);
  return {
    ...without(
      inputs,
      ...["attributes", "hashKey", "rangeKey", "pointInTimeRecovery", "serverSideEncryption"],
      ...["streamEnabled", "streamViewType", "globalSecondaryIndexes"],
    ),
    attributeDefinitions: list(inputs["attributes"]).map(({ name, type }) => ({
      attributeName: name,
      attributeType: type,
    })),
    keySchema: keySchema(inputs),
    globalSecondaryIndexes: list(inputs["globalSecondaryIndexes"]).map((index) => ({
      indexName: index["name"],
      keySchema: keySchema(index),
      projection: { projectionType: index["projectionType"], nonKeyAttributes: index["nonKeyAttributes"] },
    })),
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: object(inputs["pointInTimeRecovery"])["enabled"],
    },
    SSESpecification: {
      SSEEnabled: encryption["enabled"],
      ...(encryption["kmsKeyArn"] === undefined ? {} : { SSEType: "KMS", KMSMasterKeyId: encryption["kmsKeyArn"] }),
    },
    ...(inputs["streamEnabled"] === true ? { streamSpecification: { streamViewType: inputs["streamViewType"] } } : {}),
  };
};

const securityRule = (rule: Properties): Properties[] => {
  const ports = { ipProtocol: rule["protocol"], fromPort: rule["fromPort"], toPort: rule["toPort"] };
  const groups = (rule["securityGroups"] ?? []) as readonly string[];
  const blocks = (rule["cidrBlocks"] ?? []) as readonly string[];
  return [
    ...blocks.map((cidrIp) => ({ ...ports, cidrIp })),
    ...groups.map((sourceSecurityGroupId) => ({ ...ports, sourceSecurityGroupId })),
  ];
};

export const cloudFormationTypes: Readonly<Record<string, CloudFormationType>> = {
  "aws:apigatewayv2/api:Api": { type: "AWS::ApiGatewayV2::Api", named: "Name" },
  "aws:apigatewayv2/authorizer:Authorizer": {
    type: "AWS::ApiGatewayV2::Authorizer",
    keys: { identitySources: "IdentitySource", audiences: "Audience" },
  },
  "aws:apigatewayv2/integration:Integration": {
    type: "AWS::ApiGatewayV2::Integration",
    keys: { timeoutMilliseconds: "TimeoutInMillis" },
  },
  "aws:apigatewayv2/route:Route": { type: "AWS::ApiGatewayV2::Route" },
  "aws:apigatewayv2/stage:Stage": {
    type: "AWS::ApiGatewayV2::Stage",
    keys: { name: "StageName" },
    shape: (inputs) => ({
      ...inputs,
      routeSettings: Object.fromEntries(
        list(inputs["routeSettings"]).map((route) => [route["routeKey"], without(route, "routeKey")]),
      ),
    }),
  },
  "aws:cloudwatch/dashboard:Dashboard": { type: "AWS::CloudWatch::Dashboard" },
  "aws:cloudwatch/eventArchive:EventArchive": {
    type: "AWS::Events::Archive",
    named: "ArchiveName",
    keys: { eventSourceArn: "SourceArn" },
  },
  "aws:cloudwatch/eventBus:EventBus": { type: "AWS::Events::EventBus", named: "Name" },
  "aws:cloudwatch/eventRule:EventRule": {
    type: "AWS::Events::Rule",
    named: "Name",
    shape: (inputs) => ({ ...inputs, eventPattern: parsed(inputs["eventPattern"]) }),
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    type: "AWS::Logs::LogGroup",
    named: "LogGroupName",
    keys: { name: "LogGroupName" },
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    type: "AWS::CloudWatch::CompositeAlarm",
    keys: { okActions: "OKActions" },
  },
  "aws:cloudwatch/queryDefinition:QueryDefinition": { type: "AWS::Logs::QueryDefinition", named: "Name" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    type: "AWS::CloudWatch::Alarm",
    named: "AlarmName",
    keys: { okActions: "OKActions" },
    shape: ({ metricQueries, ...inputs }) => {
      if (!Array.isArray(metricQueries)) return { ...inputs, dimensions: dimensionList(inputs["dimensions"]) };
      const metrics = metricQueries.map(object).map(({ metric, ...query }) => {
        if (metric === undefined) return query;
        const { period, stat, dimensions, ...named } = object(metric);
        return { ...query, metricStat: { period, stat, metric: { ...named, dimensions: dimensionList(dimensions) } } };
      });
      return { ...inputs, metrics };
    },
  },
  "aws:cognito/resourceServer:ResourceServer": { type: "AWS::Cognito::UserPoolResourceServer" },
  "aws:cognito/userPool:UserPool": {
    type: "AWS::Cognito::UserPool",
    named: "UserPoolName",
    shape: (inputs) => ({
      ...without(inputs, "passwordPolicy"),
      policies: { passwordPolicy: inputs["passwordPolicy"] },
    }),
  },
  "aws:cognito/userPoolClient:UserPoolClient": {
    type: "AWS::Cognito::UserPoolClient",
    named: "ClientName",
    keys: {
      allowedOauthFlows: "AllowedOAuthFlows",
      allowedOauthFlowsUserPoolClient: "AllowedOAuthFlowsUserPoolClient",
      allowedOauthScopes: "AllowedOAuthScopes",
    },
  },
  "aws:cognito/userPoolDomain:UserPoolDomain": { type: "AWS::Cognito::UserPoolDomain" },
  "aws:dynamodb/table:Table": { type: "AWS::DynamoDB::Table", named: "TableName", shape: table },
  "aws:ec2/securityGroup:SecurityGroup": {
    type: "AWS::EC2::SecurityGroup",
    named: "GroupName",
    keys: { description: "GroupDescription" },
    shape: ({ ingress, egress, ...inputs }) => ({
      ...inputs,
      securityGroupIngress: list(ingress).flatMap(securityRule),
      securityGroupEgress: list(egress).flatMap(securityRule),
    }),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { type: "AWS::EC2::VPCEndpoint" },
  "aws:iam/role:Role": {
    type: "AWS::IAM::Role",
    named: "RoleName",
    shape: ({ assumeRolePolicy, ...inputs }) => ({ ...inputs, assumeRolePolicyDocument: parsed(assumeRolePolicy) }),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    type: "AWS::IAM::RolePolicy",
    named: "PolicyName",
    shape: ({ policy, role }) => ({ roleName: role, policyDocument: parsed(policy) }),
  },
  "aws:kms/alias:Alias": { type: "AWS::KMS::Alias", keys: { name: "AliasName" } },
  "aws:kms/key:Key": {
    type: "AWS::KMS::Key",
    keys: { deletionWindowInDays: "PendingWindowInDays" },
    shape: ({ policy, ...inputs }) => ({ ...inputs, keyPolicy: parsed(policy) }),
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    type: "AWS::Lambda::EventSourceMapping",
    keys: { destinationArn: "Destination" },
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    type: "AWS::Lambda::EventInvokeConfig",
    // Lambda's default; CloudFormation wants it said.
    shape: (inputs) => ({ qualifier: "$LATEST", ...inputs }),
  },
  "aws:lambda/function:Function": {
    type: "AWS::Lambda::Function",
    named: "FunctionName",
    // The archive is uploaded by the provider; CloudFormation takes it from a bucket.
    shape: (inputs) => ({ ...inputs, code: { s3Bucket: "deployed-code", s3Key: "index.zip" } }),
  },
  "aws:lambda/permission:Permission": { type: "AWS::Lambda::Permission", keys: { function: "FunctionName" } },
  "aws:s3/bucket:Bucket": {
    type: "AWS::S3::Bucket",
    named: "BucketName",
    // Pulumi's own: what destroying the bucket does with its objects.
    shape: ({ forceDestroy: _, ...inputs }) => inputs,
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    type: "AWS::S3::BucketPolicy",
    shape: ({ policy, ...inputs }) => ({ ...inputs, policyDocument: parsed(policy) }),
  },
  "aws:scheduler/schedule:Schedule": { type: "AWS::Scheduler::Schedule", named: "Name" },
  "aws:sfn/stateMachine:StateMachine": {
    type: "AWS::StepFunctions::StateMachine",
    named: "StateMachineName",
    keys: { type: "StateMachineType", definition: "DefinitionString" },
    shape: (inputs) => {
      const { logDestination, ...logging } = object(inputs["loggingConfiguration"]);
      const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn: logDestination } }];
      return { ...inputs, loggingConfiguration: { ...logging, destinations } };
    },
  },
  "aws:sns/topic:Topic": {
    type: "AWS::SNS::Topic",
    named: "TopicName",
    shape: (inputs) => ({ ...inputs, signatureVersion: String(inputs["signatureVersion"]) }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    type: "AWS::SNS::TopicPolicy",
    shape: ({ arn, policy }) => ({ topics: [arn], policyDocument: parsed(policy) }),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    type: "AWS::SNS::Subscription",
    keys: { topic: "TopicArn" },
    shape: (inputs) => ({
      ...inputs,
      ...(inputs["filterPolicy"] === undefined ? {} : { filterPolicy: parsed(inputs["filterPolicy"]) }),
      ...(inputs["redrivePolicy"] === undefined ? {} : { redrivePolicy: parsed(inputs["redrivePolicy"]) }),
    }),
  },
  "aws:sqs/queue:Queue": {
    type: "AWS::SQS::Queue",
    named: "QueueName",
    keys: {
      maxMessageSize: "MaximumMessageSize",
      messageRetentionSeconds: "MessageRetentionPeriod",
      visibilityTimeoutSeconds: "VisibilityTimeout",
    },
    shape: (inputs) => ({
      ...inputs,
      ...(inputs["redrivePolicy"] === undefined ? {} : { redrivePolicy: parsed(inputs["redrivePolicy"]) }),
    }),
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    type: "AWS::SQS::QueuePolicy",
    shape: ({ queueUrl, policy }) => ({ queues: [queueUrl], policyDocument: parsed(policy) }),
  },
  "aws:ssm/parameter:Parameter": {
    type: "AWS::SSM::Parameter",
    named: "Name",
    // CloudFormation makes no SecureString; the name and the value are held to the same limits.
    shape: (inputs) => ({ ...without(inputs, "keyId"), type: "String" }),
  },
};
