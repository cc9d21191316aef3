/**
 * The ARN of the resource that another belongs to: an object's is its bucket's, that of an index or a stream is its
 * table's, a version's its function's, a method's its API's.
 */
export const ownerArn = (arn: string): string => {
  if (arn.startsWith("arn:aws:s3:::")) return arn.split("/", 1)[0] ?? arn;
  if (arn.startsWith("arn:aws:dynamodb:")) return arn.split("/").slice(0, 2).join("/");
  if (arn.startsWith("arn:aws:lambda:")) return arn.split(":").slice(0, 7).join(":");
  return arn;
};
