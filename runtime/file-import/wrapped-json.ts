import { maxOrderBytes } from "../orders/order-text";
import { readJson } from "../values/json";
import { FileRefused } from "./file-refused";
import { linesOf } from "./peek-text";

/** Whether the beginning of a file has two lines with something in them. */
export const tellsWhetherWrapped = (begin: string): boolean => firstLines(begin).length > 2;

/**
 * Tells a file of JSON Lines from the two other forms that begin with `{` as well: an object written over several lines, and
 * an object that has the orders inside. Each would give a useless error for each of its lines. Throws FileRefused.
 */
export const assertNotWrapped = (begin: string, firstLine: number): void => {
  const [first, second] = firstLines(begin);
  if (first === undefined) return;
  const inside = fieldWithOrders(first.text);
  if (inside !== undefined) {
    throw refused(`row ${firstLine} is an object with the orders in its field ${JSON.stringify(inside.slice(0, 60))}`);
  }
  const complete = first.text.length > maxOrderBytes || readJson(first.text) !== undefined;
  if (complete || second === undefined || second.text.startsWith("{") || openBrackets(first.text) === 0) return;
  throw refused(
    `the object that begins in row ${firstLine} goes on in row ${firstLine + second.line}, at ${JSON.stringify(second.text.slice(0, 40))}`,
  );
};

const refused = (where: string): FileRefused =>
  new FileRefused(
    "malformed_json",
    `A JSON file may be JSON Lines, with an order on each line, or one array of orders, [{...}, {...}]: ${where}.`,
  );

/** Up to three lines with something in them: the third begins once the second is complete. */
const firstLines = (begin: string) => {
  const found: { text: string; line: number }[] = [];
  let line = 0;
  for (const { text, next } of linesOf(begin)) {
    if (text.trim() !== "" || (next === undefined && found.length === 2)) found.push({ text: text.trim(), line });
    if (found.length > 2) break;
    line += 1;
  }
  return found;
};

const orderFields = ["customer_id", "items", "item", "quantity", "payment_method"];

/** The field of an object that is not an order and has a list of objects; of a line that is cut, the first such list. */
const fieldWithOrders = (line: string): string | undefined => {
  const json = readJson(line);
  if (typeof json === "object" && json !== null) {
    const fields = Object.entries(json);
    if (fields.some(([name]) => orderFields.includes(name))) return undefined;
    return fields.find(([, value]) => Array.isArray(value) && value.every((each) => each instanceof Object))?.[0];
  }
  const [, name] = /^\{\s*"([^"\\]*)"\s*:\s*\[\s*(?:\{|$)/.exec(line) ?? [];
  return name !== undefined && !orderFields.includes(name) ? name : undefined;
};

/** Of the brackets outside of strings. */
const openBrackets = (line: string): number => {
  const brackets = line.replace(/"(?:[^"\\]|\\.)*"?/g, "");
  return brackets.replace(/[^{[]/g, "").length - brackets.replace(/[^}\]]/g, "").length;
};
