import { maxOrderBytes } from "../orders/order-text";
import { BoundedText } from "./bounded-text";
import type { FileRow } from "./file-row";

/** The lines of a JSON Lines file; blank ones are numbered but left out. */
export async function* jsonLines(text: AsyncIterable<string>): AsyncGenerator<FileRow> {
  const line = new BoundedText(maxOrderBytes);
  let row = 0;
  for await (const piece of text) {
    let begin = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", begin)) {
      line.add(piece.slice(begin, end));
      begin = end + 1;
      row += 1;
      yield* rowOf(row, line.take());
    }
    line.add(piece.slice(begin));
  }
  yield* rowOf(row + 1, line.take());
}

function* rowOf(row: number, { text, characters }: ReturnType<BoundedText["take"]>): Generator<FileRow> {
  if (text === undefined) yield { kind: "too-large", row, bytes: characters };
  else if (text.trim() !== "") yield { kind: "json", row, text: text.trim() };
}
