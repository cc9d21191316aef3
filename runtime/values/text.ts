import * as z from "zod";

/**
 * Something visible, and neither control characters nor halves of surrogate pairs, which no store keeps faithfully. Not
 * visible are spaces, and characters that fonts draw nothing for: format characters, fillers and joiners (Default_Ignorable_Code_Point in
 * https://www.unicode.org/reports/tr44/), U+2800 BRAILLE PATTERN BLANK and U+1D159 MUSICAL SYMBOL NULL NOTEHEAD.
 */
const printable = /^(?=.*[^\s\p{Cf}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}])[^\p{Cc}\p{Cs}]*$/u;

/** Text that a person or another system chose; `max` in UTF-16 code units. */
export const text = (max: number) => {
  const error = `must be text of 1 to ${max} printable characters`;
  return z.string({ error }).max(max, { error }).regex(printable, { error });
};
