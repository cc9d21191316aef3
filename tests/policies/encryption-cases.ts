import { remove, set } from "./fixture";
import { document, queueArn, sends, tlsOnly, topicArn } from "./fixture-resources";
import type { RuleCase } from "./rule-case";

const asksForKey = { "shop:customerManagedKey": "true" };
const open = document({
  Effect: "Deny",
  Principal: "*",
  Action: "*",
  Resource: "*",
  Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } },
});

export const encryptionCases: readonly RuleCase[] = [
  {
    rule: "queue-is-encrypted",
    breaks: "a queue without encryption",
    change: set("work", { sqsManagedSseEnabled: false }),
    finds: {
      work: "queue work is not encrypted at rest: sqsManagedSseEnabled is false. Set it to true, or set kmsMasterKeyId.",
    },
  },
  {
    rule: "queue-is-encrypted",
    breaks: "queues under SQS's own key where the stack asks for its own",
    change: (fixture) => fixture.filter(({ name }) => !name.endsWith("-dlq")),
    config: asksForKey,
    finds: {
      work: "queue work is not encrypted with a key of the stack's own, which the stack asks for. Set kmsMasterKeyId.",
    },
  },
  {
    rule: "topic-is-encrypted",
    breaks: "a topic without a key",
    change: set("news", { kmsMasterKeyId: undefined }),
    finds: { news: "topic news is not encrypted at rest: kmsMasterKeyId is not set. Set it to a KMS key." },
  },
  {
    rule: "topic-is-encrypted",
    breaks: "a topic under SNS's own key where the stack asks for its own",
    change: set("news", { kmsMasterKeyId: "alias/aws/sns" }),
    config: asksForKey,
    finds: {
      news: "topic news is encrypted with alias/aws/sns, but the stack asks for a key of its own. Set kmsMasterKeyId to it.",
    },
  },
  {
    rule: "table-is-encrypted",
    breaks: "a table under DynamoDB's key where the stack asks for its own",
    change: set("orders", { serverSideEncryption: { enabled: false } }),
    config: asksForKey,
    finds: {
      orders:
        "table orders is not encrypted with a key of the stack's own, which the stack asks for. Set serverSideEncryption with enabled: true and kmsKeyArn.",
    },
  },
  {
    rule: "log-group-is-encrypted",
    breaks: "a log group without a key where the stack asks for its own",
    change: (fixture) => fixture.filter(({ name }) => !/^(?:relay|placer)/.test(name)),
    config: asksForKey,
    finds: {
      "worker-logs":
        "log group worker-logs is not encrypted with a key of the stack's own, which the stack asks for. Set kmsKeyId.",
    },
  },
  {
    rule: "event-bus-is-encrypted",
    breaks: "an archive without the key of its bus",
    change: set("archive", { kmsKeyIdentifier: undefined }),
    finds: {
      archive:
        "event archive archive keeps the events of event bus bus without the bus's key. Set kmsKeyIdentifier to the key of the bus.",
    },
  },
  {
    rule: "event-bus-is-encrypted",
    breaks: "a bus without a key where the stack asks for its own",
    change: set("bus", { kmsKeyIdentifier: undefined }),
    config: asksForKey,
    finds: {
      bus: "event bus bus is not encrypted with a key of the stack's own, which the stack asks for. Set kmsKeyIdentifier.",
    },
  },
  {
    rule: "bucket-is-encrypted",
    breaks: "a bucket whose encryption nobody has declared",
    change: remove("drop-encryption"),
    finds: {
      drop: "bucket drop has no server-side encryption configured. Declare a BucketServerSideEncryptionConfiguration.",
    },
  },
  {
    rule: "bucket-is-encrypted",
    breaks: "a bucket under S3's own key where the stack asks for its own",
    change: set("drop-encryption", { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }),
    config: asksForKey,
    finds: {
      drop: "bucket drop is encrypted with AES256, but the stack asks for a key of its own. Set sseAlgorithm to aws:kms with kmsMasterKeyId.",
    },
  },
  {
    rule: "key-is-rotated",
    breaks: "a key that is not rotated",
    change: set("key", { enableKeyRotation: false }),
    finds: { key: "key key is never rotated: enableKeyRotation is false. Set it to true." },
  },
  {
    rule: "queue-demands-tls",
    breaks: "a queue without a policy",
    change: remove("work-policy"),
    finds: {
      work: "queue work has no policy that refuses requests without TLS: they can be read on their way. Add a Deny on aws:SecureTransport false to a QueuePolicy.",
    },
  },
  {
    rule: "queue-demands-tls",
    breaks: "a queue whose policy lets requests without TLS in",
    change: set("work-policy", { policy: open }),
    finds: {
      work: "queue work has a policy, but none that refuses requests without TLS: they can be read on their way. Add a Deny on aws:SecureTransport false to a QueuePolicy.",
    },
  },
  {
    rule: "queue-demands-tls",
    breaks: "a queue whose component says so of its policy",
    change: (fixture) => {
      const statements = [sends("sqs.amazonaws.com", queueArn("work-dlq"), queueArn("work"))];
      const declared = set("work-dlq-component", {}, { added: { statements } });
      return declared(set("work-dlq-policy", { policy: document(...statements) })(fixture));
    },
    finds: {
      "work-dlq":
        "queue work-dlq has a policy, but none that refuses requests without TLS: they can be read on their way. Add a Deny on aws:SecureTransport false to a QueuePolicy.",
    },
  },
  {
    rule: "topic-demands-tls",
    breaks: "a topic without a policy",
    change: remove("news-policy"),
    finds: {
      news: "topic news has no policy that refuses requests without TLS: they can be read on their way. Add a Deny on aws:SecureTransport false to a TopicPolicy.",
    },
  },
  {
    rule: "topic-demands-tls",
    breaks: "a topic whose policy is not a policy document",
    change: set("news-policy", { policy: JSON.stringify(tlsOnly(topicArn)) }),
    finds: {
      news: "topic news has a policy, but none that refuses requests without TLS: they can be read on their way. Add a Deny on aws:SecureTransport false to a TopicPolicy.",
    },
    inPreview: {},
  },
  {
    rule: "bucket-demands-tls",
    breaks: "a bucket without a policy",
    change: remove("drop-policy"),
    finds: {
      drop: "bucket drop has no policy that refuses requests without TLS: they can be read on their way. Add a Deny on aws:SecureTransport false to a BucketPolicy.",
    },
  },
  {
    rule: "api-demands-tls",
    breaks: "a domain that accepts TLS 1.0",
    change: set("domain", { domainNameConfiguration: { securityPolicy: "TLS_1_0" } }),
    finds: {
      domain: 'domain name domain has the securityPolicy "TLS_1_0": old versions of TLS are broken. Set it to TLS_1_2.',
    },
  },
  {
    rule: "api-demands-tls",
    breaks: "an integration over plain HTTP",
    change: set("to-placer", { integrationUri: "http://orders.internal" }),
    finds: {
      "to-placer":
        "integration to-placer sends to http://orders.internal without TLS: it can be read on its way. Use https.",
    },
  },
  {
    rule: "bucket-is-private",
    breaks: "a bucket that does not block public access",
    change: remove("drop-block"),
    finds: {
      drop: "bucket drop does not block public access. Declare a BucketPublicAccessBlock with blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets true.",
    },
  },
  {
    rule: "bucket-is-private",
    breaks: "a bucket that public policies can open",
    change: set("drop-block", { blockPublicPolicy: false }),
    finds: { drop: "bucket drop can be made public: blockPublicPolicy is not true. Set it to true." },
  },
];
