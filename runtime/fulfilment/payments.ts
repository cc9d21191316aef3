import type { TaskOrder } from "./task-order";

export type TakenPayment =
  | { readonly kind: "taken"; readonly payment_reference: string }
  | { readonly kind: "declined" };

/** Every call may be repeated: the payment service does each once per order. Rejects with ServiceUnavailable when a later try may work. */
export interface Payments {
  take(order: TaskOrder, paymentMethod: string | undefined): Promise<TakenPayment>;
  refund(order: TaskOrder): Promise<{ readonly refund_reference: string }>;
}
