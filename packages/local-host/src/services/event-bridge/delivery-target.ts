import type { Principal } from "../../kernel/endpoint/principal";
import type { DeliveryError } from "./delivery-error";

/** Where a rule or a schedule sends, and what becomes of an event that does not arrive. */
export interface DeliveryTarget {
  /** Names the target in the journal; the same after a restart. */
  readonly key: string;
  readonly arn: string;
  readonly principal: Principal;
  readonly messageGroupId?: string;
  /** For a bus as target of a schedule, whose payload is not an event. */
  readonly busEntry?: { readonly source: string; readonly detailType: string };
  /** 0 to 185. */
  readonly maximumRetryAttempts: number;
  /** 60 to 86,400 seconds. */
  readonly maximumEventAgeInSeconds: number;
  readonly deadLetters?: { readonly arn: string; readonly principal: Principal };
  /** Attributes of a dead-lettered message that name its way: `RULE_ARN` or `SCHEDULE_ARN`, and `TARGET_ARN`. */
  readonly originAttributes: Readonly<Record<string, string>>;
  /** The JSON text that the target is given for an event. */
  payload(event: string): string;
  /** Why nothing can be sent before somebody has put something right, such as a key; undefined as a rule. */
  readonly refusal: () => DeliveryError | undefined;
  readonly count: (metric: DeliveryMetric) => void;
}

export type DeliveryMetric =
  | "attempted"
  | "retried"
  | "delivered"
  | "failed"
  | "sent to dead letters"
  | "not sent to dead letters";

/** EventBridge's defaults of a retry policy: 24 hours, 185 times. */
export const DEFAULT_RETRY_ATTEMPTS = 185;
export const DEFAULT_EVENT_AGE_SECONDS = 86_400;
