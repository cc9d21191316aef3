import { AwsError } from "../../kernel/endpoint/aws-service";

/** A function's concurrency is used up. */
export class ThrottledInvocation extends AwsError {
  readonly reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
  constructor() {
    super("TooManyRequestsException", "Rate Exceeded.", 429);
  }
}
