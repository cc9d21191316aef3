import type { CustomerId } from "./customer-id";

/** Who makes a request, as their token says. */
export interface Caller {
  readonly customer_id: CustomerId;
  /** A back end that acts for many customers. */
  readonly actsForOthers: boolean;
}

export const mayActFor = (caller: Caller, customerId: CustomerId): boolean =>
  caller.actsForOthers || caller.customer_id === customerId;
