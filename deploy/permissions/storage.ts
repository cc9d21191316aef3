import {
  allow,
  arn,
  everything,
  named,
  type TypePermissions,
  taggedAsOurs,
  taggedAsOursWhenMade,
  toBeTaggedAsOurs,
} from "./permission";

const bucket = [`arn:aws:s3:::${named}`];
const objects = [`arn:aws:s3:::${named}/*`];
const tables = [arn("dynamodb", `table/${named}`)];
const parameters = [arn("ssm", `parameter/${named}`)];
const keys = [arn("kms", "key/*")];
const aliases = [arn("kms", `alias/${named}`)];

/** A part of a bucket's configuration, which is a resource of its own to Pulumi. */
const bucketPart = (read: string, write: string): TypePermissions => ({
  read: [allow("s3", read, bucket)],
  write: [allow("s3", write, bucket)],
});

/** What holds data, and the keys that it is encrypted with. */
export const storage: Readonly<Record<string, TypePermissions>> = {
  "aws:dynamodb/table:Table": {
    read: [allow("dynamodb", "DescribeTable DescribeContinuousBackups DescribeTimeToLive ListTagsOfResource", tables)],
    write: [
      allow(
        "dynamodb",
        "CreateTable UpdateTable UpdateContinuousBackups UpdateTimeToLive DeleteTable TagResource UntagResource",
        tables,
      ),
    ],
  },
  "aws:s3/bucket:Bucket": {
    read: [
      allow(
        "s3",
        "ListBucket GetBucketLocation GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketVersioning GetBucketLogging GetBucketPolicy GetBucketTagging GetBucketRequestPayment GetBucketObjectLockConfiguration GetAccelerateConfiguration GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration ListTagsForResource",
        bucket,
      ),
    ],
    write: [
      allow("s3", "CreateBucket DeleteBucket PutBucketTagging TagResource UntagResource", bucket),
      // dev's bucket goes with what is in it (forceDestroy); where the data is protected, no object can be deleted.
      allow("s3", "ListBucketVersions", bucket),
      allow("s3", "DeleteObject DeleteObjectVersion", objects),
    ],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketPart(
    "GetLifecycleConfiguration",
    "PutLifecycleConfiguration",
  ),
  "aws:s3/bucketLogging:BucketLogging": bucketPart("GetBucketLogging", "PutBucketLogging"),
  "aws:s3/bucketNotification:BucketNotification": bucketPart("GetBucketNotification", "PutBucketNotification"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart(
    "GetBucketOwnershipControls",
    "PutBucketOwnershipControls",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": bucketPart("GetBucketPolicy", "PutBucketPolicy DeleteBucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPart(
    "GetBucketPublicAccessBlock",
    "PutBucketPublicAccessBlock",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketPart(
    "GetEncryptionConfiguration",
    "PutEncryptionConfiguration",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": bucketPart("GetBucketVersioning", "PutBucketVersioning"),
  "aws:ssm/parameter:Parameter": {
    // A refresh compares the value of a secret: it must be read.
    read: [
      allow("ssm", "GetParameter ListTagsForResource", parameters),
      allow("ssm", "DescribeParameters", everything),
    ],
    write: [allow("ssm", "PutParameter DeleteParameter AddTagsToResource RemoveTagsFromResource", parameters)],
  },
  "aws:kms/key:Key": {
    read: [
      allow("kms", "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags", keys, taggedAsOurs),
      // SSM decrypts a parameter for whoever reads it.
      allow("kms", "Decrypt", keys, {
        StringEquals: { ...taggedAsOurs["StringEquals"], "kms:ViaService": "ssm.${AWS::Region}.amazonaws.com" },
      }),
    ],
    write: [
      allow("kms", "CreateKey", everything, toBeTaggedAsOurs),
      // "To use the Tags parameter, kms:TagResource": https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
      allow("kms", "TagResource", keys, taggedAsOursWhenMade),
      allow(
        "kms",
        "PutKeyPolicy UpdateKeyDescription EnableKeyRotation DisableKeyRotation EnableKey DisableKey ScheduleKeyDeletion TagResource UntagResource",
        keys,
        taggedAsOurs,
      ),
      // A service that is told to encrypt with the key asks for it in the name of who told it.
      allow("kms", "Encrypt Decrypt GenerateDataKey CreateGrant", keys, {
        StringEquals: {
          ...taggedAsOurs["StringEquals"],
          "kms:ViaService": ["dynamodb", "events", "lambda", "logs", "ssm"].map(
            (it) => `${it}.\${AWS::Region}.amazonaws.com`,
          ),
        },
      }),
    ],
  },
  "aws:kms/alias:Alias": {
    read: [allow("kms", "ListAliases", everything)],
    write: [
      allow("kms", "CreateAlias UpdateAlias DeleteAlias", aliases),
      allow("kms", "CreateAlias UpdateAlias DeleteAlias", keys, taggedAsOurs),
    ],
  },
};
