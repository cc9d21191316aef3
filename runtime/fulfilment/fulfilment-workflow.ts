import type { OrderEventDetail } from "../orders/order-event";
import type { Trace } from "../values/trace";

export interface FulfilmentInput {
  readonly order: OrderEventDetail["order"];
  readonly trace: Trace;
}

export type FulfilmentOutcome =
  | { readonly kind: "succeeded" }
  /** `error` is the name the workflow ended with. */
  | { readonly kind: "failed"; readonly error: string };

export interface FulfilmentWorkflow {
  /** Runs one order's workflow to its end. `name` makes the execution findable; it need not be unique. */
  run(name: string, input: FulfilmentInput): Promise<FulfilmentOutcome>;
}
