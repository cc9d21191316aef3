import type { Shipping } from "./shipping";

/** Ships everything but an item named `Discontinued`. */
export const simulatedShipping = (): Shipping => ({
  ship: async ({ order_id, items }) =>
    items.some(({ item }) => item === "Discontinued")
      ? { kind: "refused" }
      : { kind: "shipped", shipment_reference: `simulated-shipment-${order_id}` },
});
