import type { PriceName } from "./prices";

/** How much of something that has a price is used in a month. */
export interface Quantity {
  readonly price: PriceName;
  /** What it is used for, in words for a bill. */
  readonly what: string;
  readonly amount: number;
}

/** Each amount so many times. */
export const times = (quantities: readonly Quantity[], factor: number): readonly Quantity[] =>
  quantities.map((each) => ({ ...each, amount: each.amount * factor }));

/** One of each price and use, with the sum of the amounts. */
export function summed(quantities: readonly Quantity[]): readonly Quantity[] {
  const sums = new Map<string, Quantity>();
  for (const each of quantities) {
    const key = `${each.price} ${each.what}`;
    sums.set(key, { ...each, amount: each.amount + (sums.get(key)?.amount ?? 0) });
  }
  return [...sums.values()];
}
