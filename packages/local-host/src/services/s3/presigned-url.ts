import { AwsError } from "../../kernel/endpoint/aws-service";

/** Seconds: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const longest = 7 * 24 * 60 * 60;

const expired = (): AwsError => new AwsError("AccessDenied", "Request has expired", 403);

/**
 * The signature of a presigned URL is not verified here, its time is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 * @throws AwsError AccessDenied once the time is over; AuthorizationQueryParametersError for a time that cannot be
 */
export const assertNotExpired = (query: URLSearchParams, now: number): void => {
  if (query.has("X-Amz-Credential")) {
    const signedAt = dateOf(query.get("X-Amz-Date") ?? "");
    const seconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
    if (!(seconds >= 0 && seconds <= longest)) {
      throw new AwsError(
        "AuthorizationQueryParametersError",
        `X-Amz-Expires must be a number from 0 to ${longest} seconds (a week); it is ${query.get("X-Amz-Expires")}`,
      );
    }
    if (now > signedAt + seconds * 1_000) throw expired();
  } else if (query.has("Signature") && query.has("Expires")) {
    // Signature Version 2, which the AWS CLI still makes for us-east-1: epoch seconds.
    if (!(now <= Number(query.get("Expires")) * 1_000)) throw expired();
  }
};

/** Of `20260131T235959Z`. */
const dateOf = (text: string): number => {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const time = Date.parse(iso);
  if (iso !== text && !Number.isNaN(time)) return time;
  throw new AwsError(
    "AuthorizationQueryParametersError",
    `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"; it is ${text}`,
  );
};
