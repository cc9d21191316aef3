import { S3Client } from "@aws-sdk/client-s3";

/** Milliseconds; a part of 5 MB takes longer than the calls to other services. */
const limits = { connectionTimeout: 1_000, requestTimeout: 15_000, throwOnRequestTimeout: true, socketTimeout: 30_000 };

export const s3Client = (): S3Client => new S3Client({ maxAttempts: 4, requestHandler: limits });
