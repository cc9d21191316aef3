import { createHash } from "node:crypto";

/** Where the evaluated program believes it is deployed. */
export interface Placement {
  readonly accountId: string;
  readonly region: string;
  /** Base URL of the AWS endpoint, for URLs that AWS would hand out (queue URLs). */
  readonly awsEndpoint: string;
  /** Base URL of the HTTP API. */
  readonly apiEndpoint: string;
}

export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface Provisioned {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Provision = (resource: DeclaredResource, at: Placement) => Provisioned;

/** Pulumi's auto-naming: the logical name and seven hex digits; here derived from the URN, so that data survives a restart. */
const digits = (resource: DeclaredResource, length: number): string =>
  createHash("sha256").update(resource.urn).digest("hex").slice(0, length);

const physicalName = (resource: DeclaredResource, property = "name"): string => {
  const given = resource.inputs[property];
  return typeof given === "string" ? given : `${resource.name}-${digits(resource, 7)}`;
};

const arnOf =
  (service: string, path: (name: string) => string) =>
  (name: string, at: Placement): string =>
    `arn:aws:${service}:${at.region}:${at.accountId}:${path(name)}`;

/** A resource whose id is its name. */
const named =
  (service: string, path: (name: string) => string): Provision =>
  (resource, at) => {
    const name = physicalName(resource);
    return { id: name, outputs: { name, arn: arnOf(service, path)(name, at) } };
  };

/** A resource whose id is its ARN. */
const identifiedByArn =
  (service: string, path: (name: string) => string): Provision =>
  (resource, at) => {
    const name = physicalName(resource);
    const arn = arnOf(service, path)(name, at);
    return { id: arn, outputs: { name, arn } };
  };

/** A resource that only configures another: it has an id and nothing else of its own. */
const attachment: Provision = (resource) => ({ id: digits(resource, 10), outputs: {} });

const lambdaFunction: Provision = (resource, at) => {
  const name = physicalName(resource);
  const arn = arnOf("lambda", (it) => `function:${it}`)(name, at);
  const invokeArn = `arn:aws:apigateway:${at.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { id: name, outputs: { name, arn, invokeArn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" } };
};

const queue: Provision = (resource, at) => {
  const name = physicalName(resource);
  const url = `${at.awsEndpoint}/${at.accountId}/${name}`;
  return { id: url, outputs: { name, url, arn: arnOf("sqs", (it) => it)(name, at) } };
};

const table: Provision = (resource, at) => {
  const name = physicalName(resource);
  const arn = arnOf("dynamodb", (it) => `table/${it}`)(name, at);
  const streamArn =
    resource.inputs["streamEnabled"] === true ? { streamArn: `${arn}/stream/2024-01-01T00:00:00.000` } : {};
  return { id: name, outputs: { name, arn, ...streamArn } };
};

const role: Provision = (resource, at) => {
  const name = physicalName(resource);
  return {
    id: name,
    outputs: { name, arn: `arn:aws:iam::${at.accountId}:role/${name}`, uniqueId: digits(resource, 16) },
  };
};

const bucket: Provision = (resource, at) => {
  const name = physicalName(resource, "bucket");
  return {
    id: name,
    outputs: {
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${at.region}.amazonaws.com`,
    },
  };
};

const httpApi: Provision = (resource, at) => {
  const id = digits(resource, 10);
  return {
    id,
    outputs: {
      name: physicalName(resource),
      apiEndpoint: at.apiEndpoint,
      arn: `arn:aws:apigateway:${at.region}::/apis/${id}`,
      executionArn: `arn:aws:execute-api:${at.region}:${at.accountId}:${id}`,
    },
  };
};

const apiStage: Provision = (resource, at) => {
  const name = physicalName(resource);
  return {
    id: name,
    outputs: {
      name,
      arn: `arn:aws:apigateway:${at.region}::/apis/${String(resource.inputs["apiId"])}/stages/${name}`,
      executionArn: `arn:aws:execute-api:${at.region}:${at.accountId}:${String(resource.inputs["apiId"])}/${name}`,
      invokeUrl: at.apiEndpoint,
    },
  };
};

const userPool: Provision = (resource, at) => {
  const id = `${at.region}_${digits(resource, 9)}`;
  return {
    id,
    outputs: {
      name: physicalName(resource),
      arn: arnOf("cognito-idp", (it) => `userpool/${it}`)(id, at),
      endpoint: `cognito-idp.${at.region}.amazonaws.com/${id}`,
    },
  };
};

const userPoolClient: Provision = (resource) => ({
  id: digits(resource, 26),
  outputs: { name: physicalName(resource), clientSecret: digits(resource, 52) },
});

const kmsKey: Provision = (resource, at) => {
  const hex = digits(resource, 32);
  const keyId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  return { id: keyId, outputs: { keyId, arn: arnOf("kms", (it) => `key/${it}`)(keyId, at) } };
};

const parameter: Provision = (resource, at) => {
  const name = physicalName(resource);
  return { id: name, outputs: { name, arn: arnOf("ssm", (it) => `parameter/${it.replace(/^\//, "")}`)(name, at) } };
};

const eventRule: Provision = (resource, at) => {
  const name = physicalName(resource);
  const bus = resource.inputs["eventBusName"];
  const path = typeof bus === "string" && bus !== "default" ? `rule/${bus}/${name}` : `rule/${name}`;
  return { id: name, outputs: { name, arn: arnOf("events", () => path)(name, at) } };
};

const subscription: Provision = (resource) => {
  const arn = `${String(resource.inputs["topic"])}:${digits(resource, 32)}`;
  return { id: arn, outputs: { arn } };
};

const privateNetwork: Provision = (resource, at) => {
  const ids = (kind: string): readonly string[] => ["a", "b"].map((zone) => `${kind}-${digits(resource, 8)}${zone}`);
  return {
    id: "",
    outputs: {
      vpcId: `vpc-${digits(resource, 8)}`,
      vpc: { arn: arnOf("ec2", (it) => `vpc/${it}`)(`vpc-${digits(resource, 8)}`, at) },
      privateSubnetIds: ids("subnet-private"),
      publicSubnetIds: ids("subnet-public"),
      isolatedSubnetIds: [],
      routeTables: [...ids("rtb-private"), ...ids("rtb-public")].map((id) => ({ id })),
    },
  };
};

/**
 * What AWS would answer for each resource type that a program may declare. Strict on purpose: under Pulumi's mocks an
 * output that is missing here would silently drop every property that is made from it.
 */
const provisions: Readonly<Record<string, Provision>> = {
  "aws:apigatewayv2/api:Api": httpApi,
  "aws:apigatewayv2/authorizer:Authorizer": attachment,
  "aws:apigatewayv2/integration:Integration": attachment,
  "aws:apigatewayv2/route:Route": attachment,
  "aws:apigatewayv2/stage:Stage": apiStage,
  "aws:cloudwatch/dashboard:Dashboard": (resource, at) => {
    const dashboardName = physicalName(resource, "dashboardName");
    return {
      id: dashboardName,
      outputs: { dashboardName, dashboardArn: `arn:aws:cloudwatch::${at.accountId}:dashboard/${dashboardName}` },
    };
  },
  "aws:cloudwatch/eventArchive:EventArchive": named("events", (name) => `archive/${name}`),
  "aws:cloudwatch/eventBus:EventBus": named("events", (name) => `event-bus/${name}`),
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": attachment,
  "aws:cloudwatch/eventRule:EventRule": eventRule,
  "aws:cloudwatch/eventTarget:EventTarget": attachment,
  "aws:cloudwatch/logGroup:LogGroup": named("logs", (name) => `log-group:${name}`),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", (name) => `alarm:${name}`),
  "aws:cloudwatch/queryDefinition:QueryDefinition": (resource) => {
    const queryDefinitionId = digits(resource, 32);
    return { id: queryDefinitionId, outputs: { queryDefinitionId } };
  },
  "aws:cognito/resourceServer:ResourceServer": (resource) => ({
    id: `${String(resource.inputs["userPoolId"])}|${String(resource.inputs["identifier"])}`,
    outputs: {
      scopeIdentifiers: scopesOf(resource).map((scope) => `${String(resource.inputs["identifier"])}/${scope}`),
    },
  }),
  "aws:cognito/userPool:UserPool": userPool,
  "aws:cognito/userPoolClient:UserPoolClient": userPoolClient,
  "aws:cognito/userPoolDomain:UserPoolDomain": (resource) => ({ id: String(resource.inputs["domain"]), outputs: {} }),
  "aws:dynamodb/table:Table": table,
  "aws:ec2/securityGroup:SecurityGroup": (resource, at) => {
    const id = `sg-${digits(resource, 17)}`;
    return { id, outputs: { name: physicalName(resource), arn: arnOf("ec2", (it) => `security-group/${it}`)(id, at) } };
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": attachment,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": attachment,
  "aws:kms/alias:Alias": named("kms", (name) => name),
  "aws:kms/key:Key": kmsKey,
  "aws:lambda/eventSourceMapping:EventSourceMapping": (resource, at) => {
    const hex = digits(resource, 32);
    const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    return { id: uuid, outputs: { uuid, arn: arnOf("lambda", (it) => `event-source-mapping:${it}`)(uuid, at) } };
  },
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": attachment,
  "aws:lambda/permission:Permission": attachment,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": attachment,
  "aws:s3/bucketNotification:BucketNotification": attachment,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": attachment,
  "aws:s3/bucketPolicy:BucketPolicy": attachment,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": attachment,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": attachment,
  "aws:s3/bucketVersioning:BucketVersioning": attachment,
  "aws:scheduler/schedule:Schedule": named("scheduler", (name) => `schedule/default/${name}`),
  "aws:sfn/stateMachine:StateMachine": identifiedByArn("states", (name) => `stateMachine:${name}`),
  "aws:sns/topic:Topic": identifiedByArn("sns", (name) => name),
  "aws:sns/topicPolicy:TopicPolicy": attachment,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": attachment,
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": attachment,
  "aws:sqs/redrivePolicy:RedrivePolicy": attachment,
  "aws:ssm/parameter:Parameter": parameter,
  "awsx:ec2:Vpc": privateNetwork,
  "pulumi:providers:aws": attachment,
};

function scopesOf(resource: DeclaredResource): readonly string[] {
  const scopes = resource.inputs["scopes"];
  return Array.isArray(scopes) ? scopes.map((scope: { scopeName: string }) => scope.scopeName) : [];
}

/** Gives a declared resource its id and outputs; throws when the type is not one that can be evaluated here. */
export function physicalOutputs(resource: DeclaredResource, at: Placement): Provisioned {
  const provision = provisions[resource.type];
  if (provision === undefined) {
    throw new Error(
      `${resource.urn} has the type ${resource.type}, which cannot be evaluated here: add its outputs to kernel/program/physical-outputs.ts.`,
    );
  }
  const { id, outputs } = provision(resource, at);
  return { id, outputs: { ...resource.inputs, ...outputs } };
}
