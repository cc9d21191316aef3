import * as z from "zod";

/** Something visible, and neither control characters nor halves of surrogate pairs, which no store keeps faithfully. */
const printable = /^(?=.*\S)[^\p{Cc}\p{Cs}]*$/u;

/** Text that a person or another system chose; `max` in UTF-16 code units. */
export const text = (max: number) => {
  const error = `must be text of 1 to ${max} printable characters`;
  return z.string({ error }).max(max, { error }).regex(printable, { error });
};
