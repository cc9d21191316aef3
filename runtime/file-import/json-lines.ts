import { maxOrderBytes } from "../orders/order-text";
import { BoundedText } from "./bounded-text";
import type { FileRow } from "./file-row";
import { UndecodableByte } from "./file-text";
import { peekText, type TextFromLine } from "./peek-text";
import { assertNotWrapped, tellsWhetherWrapped } from "./wrapped-json";

/** The lines of a JSON Lines file; blank ones are numbered but left out. Throws FileRefused for JSON of another form. */
export async function* jsonLines({ line: first, whole }: TextFromLine): AsyncGenerator<FileRow> {
  const peeked = await peekText(whole, tellsWhetherWrapped);
  assertNotWrapped(peeked.begin, first);
  const line = new BoundedText(maxOrderBytes);
  let row = first;
  try {
    for await (const piece of peeked.whole) {
      let begin = 0;
      for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", begin)) {
        line.add(piece.slice(begin, end));
        begin = end + 1;
        yield* rowOf(row, line.take());
        row += 1;
      }
      line.add(piece.slice(begin));
    }
  } catch (error) {
    throw error instanceof UndecodableByte ? error.at(`row ${row}, column ${line.length + 1}`) : error;
  }
  yield* rowOf(row, line.take());
}

function* rowOf(row: number, { text, characters }: ReturnType<BoundedText["take"]>): Generator<FileRow> {
  if (text === undefined) yield { kind: "too-large", row, bytes: characters };
  else if (text.trim() !== "") yield { kind: "json", row, text: text.trim() };
}
