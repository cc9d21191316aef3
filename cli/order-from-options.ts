import { readFileSync } from "node:fs";
import { Problem } from "./problem";

export interface OrderOptions {
  readonly customer?: string;
  /** `Laptop`, or `Laptop=2`. */
  readonly item: readonly string[];
  readonly paymentMethod?: string;
  /** A JSON file, or `-` for standard input; in place of the options above. */
  readonly file?: string;
}

/** The order that a command line describes. What is wrong with its values is for the API to say. */
export function orderFromOptions(options: OrderOptions): unknown {
  if (options.file !== undefined) return readJsonFile(options.file);
  if (options.item.length === 0) throw new Problem("What is ordered? Give --item Laptop=2, or --file order.json.", 2);
  return {
    ...(options.customer === undefined ? {} : { customer_id: options.customer }),
    items: options.item.map(lineFrom),
    ...(options.paymentMethod === undefined ? {} : { payment_method: options.paymentMethod }),
  };
}

function lineFrom(text: string): { readonly item: string; readonly quantity: number } {
  const [, item = text, quantity = "1"] = /^(.*)=(\d+)$/.exec(text) ?? [];
  return { item, quantity: Number(quantity) };
}

function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  } catch (error) {
    throw new Problem(
      `${file} is not a JSON file that can be read: ${error instanceof Error ? error.message : String(error)}`,
      2,
    );
  }
}
