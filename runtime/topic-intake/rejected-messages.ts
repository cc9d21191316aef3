import type { OrderMessage } from "../inbox/order-message";
import type { Rejection } from "../orders/rejection";

/** Where messages lie whose order was not taken, until someone puts them right and sends them again. */
export interface RejectedMessages {
  keep(message: OrderMessage, rejection: Rejection): Promise<void>;
}
