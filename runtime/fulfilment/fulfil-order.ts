import type { OrderEventDetail } from "../orders/order-event";
import type { FulfilmentOutcome, FulfilmentWorkflow } from "./fulfilment-workflow";

export interface FulfilOrderPorts {
  readonly workflow: FulfilmentWorkflow;
}

/** Takes an order that was placed through payment and shipping; resolves once it has been settled or has failed. */
export const fulfilOrder =
  ({ workflow }: FulfilOrderPorts) =>
  ({ event_id, order, trace }: OrderEventDetail): Promise<FulfilmentOutcome> =>
    // Execution names allow no colon.
    workflow.run(event_id.replace(":", "-v"), { order, trace });
