/** One order as whoever placed it saw it. Times are seconds from the beginning. */
export interface PlacedOrder {
  readonly due: number;
  readonly answered: number;
  /** From sending the request to its answer, milliseconds. */
  readonly milliseconds: number;
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  readonly orderId?: string;
  /** When the order was accepted, by the clock of whoever accepted it. */
  readonly created?: number;
  /** Where the order has come to, and when; as far as it was followed. */
  state?: string;
  ended?: number;
}

/**
 * Seconds by which the clock of whoever accepted the orders is ahead of this machine's: an order was made between its request
 * and its answer, and the fastest answer tells it best. 0 where the clocks may be the same.
 */
export function clockAhead(orders: readonly PlacedOrder[]): number {
  const [fastest] = orders
    .filter(({ created }) => created !== undefined)
    .sort((one, other) => one.milliseconds - other.milliseconds);
  if (fastest?.created === undefined) return 0;
  const half = fastest.milliseconds / 2_000;
  const ahead = fastest.created - (fastest.answered - half);
  return Math.abs(ahead) <= half ? 0 : ahead;
}
