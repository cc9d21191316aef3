import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";

/** Why a delivery failed, in the words of a dead-lettered message's ERROR_CODE, and whether another try may help. */
export interface DeliveryError {
  readonly code: string;
  readonly message: string;
  readonly retriable: boolean;
}

const PERMISSION = /AccessDenied|AuthorizationError|NotAuthorized|InvalidSecurity|Forbidden/;
const MISSING = /NotFound|NonExistent|DoesNotExist|NoSuch/;
const THROTTLED = /Throttl|TooManyRequests|LimitExceeded|ThroughputExceeded|SlowDown/;
const INVALID =
  /Validation|InvalidParameter|InvalidMessage|InvalidAttribute|InvalidInput|InvalidExecutionInput|InvalidRequestContent/;

/** Sorts a target's error as EventBridge does: a refused or a missing target is not tried again. */
export const deliveryErrorFrom = (error: unknown): DeliveryError => {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SyntaxError) return { code: "INVALID_JSON", message, retriable: false };
  if (error instanceof z.ZodError) return { code: "INVALID_PARAMETER", message, retriable: false };
  if (!(error instanceof AwsError)) return { code: "INTERNAL_ERROR", message, retriable: true };
  if (PERMISSION.test(error.name)) return { code: "NO_PERMISSIONS", message, retriable: false };
  if (MISSING.test(error.name)) return { code: "NO_RESOURCE", message, retriable: false };
  if (THROTTLED.test(error.name)) return { code: "THROTTLING", message, retriable: true };
  if (error.status >= 500) return { code: "ERROR_FROM_TARGET", message, retriable: true };
  if (INVALID.test(error.name)) return { code: "INVALID_PARAMETER", message, retriable: false };
  return { code: "SDK_CLIENT_ERROR", message, retriable: true };
};
