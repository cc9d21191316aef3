import { readFileSync, statSync } from "node:fs";
import { CommandError } from "./command-error";

export interface OrderOptions {
  readonly customer?: string;
  /** `Laptop`, or `Laptop=2`. */
  readonly item?: readonly string[];
  readonly paymentMethod?: string;
  /** A JSON file, or `-` for standard input; in place of the options above. */
  readonly file?: string;
}

/** The order that a command line describes. What is wrong with its values is for the API to say. */
export function orderFromOptions({ customer, item = [], paymentMethod, file }: OrderOptions): unknown {
  if (file !== undefined) return readJsonFile(file);
  if (item.length === 0) throw new CommandError("What is ordered? Give --item Laptop=2, or --file order.json.", 2);
  return {
    ...(customer === undefined ? {} : { customer_id: customer }),
    items: item.map(lineFrom),
    ...(paymentMethod === undefined ? {} : { payment_method: paymentMethod }),
  };
}

/** The last `=` parts the item from its quantity, so that an item's name may have one too: `a=b=1`. */
function lineFrom(text: string): { readonly item: string; readonly quantity: number } {
  const at = text.lastIndexOf("=");
  if (at === -1) return { item: text, quantity: 1 };
  const quantity = text.slice(at + 1);
  if (/^-?\d+$/.test(quantity)) return { item: text.slice(0, at), quantity: Number(quantity) };
  throw new CommandError(
    `--item is ${JSON.stringify(text)}: after = comes the quantity, a whole number, such as Laptop=2.`,
    2,
  );
}

function readJsonFile(file: string): unknown {
  const name = file === "-" ? "Standard input" : file;
  if (file !== "-" && statSync(file, { throwIfNoEntry: false }) === undefined) {
    throw new CommandError(`There is no file ${file}. --file must be an order as JSON, or - for standard input.`, 2);
  }
  try {
    return JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  } catch (error) {
    throw new CommandError(
      `${name} is not an order as JSON: ${error instanceof Error ? error.message : String(error)}`,
      2,
    );
  }
}
