import { maxOrderBytes } from "../orders/order-text";

/** A text whose beginning has been looked at. */
export interface PeekedText {
  readonly begin: string;
  /** The whole text, its beginning included. */
  readonly whole: AsyncIterable<string>;
}

/** A text without the blank lines before it. */
export interface TextFromLine extends PeekedText {
  /** The number of the line that the text begins with; the file's first is 1. */
  readonly line: number;
}

/** The beginning of a text, as many of its pieces as it takes until that is `enough`, or as long as an order may be. */
export const peekText = (text: AsyncIterable<string>, enough: (begin: string) => boolean): Promise<PeekedText> =>
  peek(text, (begin) => begin, enough);

/** Counts the blank lines before a text and leaves them out; however many there are, none is kept. */
export const skipBlankLines = async (text: AsyncIterable<string>): Promise<TextFromLine> => {
  let line = 1;
  const withoutBlankLines = (begin: string): string => {
    // A CR at the end may be half of a CRLF.
    const ends = /\r\n|\n|\r(?=[^\n])/g;
    let at = 0;
    for (let end = ends.exec(begin); end !== null; end = ends.exec(begin)) {
      if (begin.slice(at, end.index).trim() !== "") break;
      at = ends.lastIndex;
      line += 1;
    }
    return begin.slice(at);
  };
  const peeked = await peek(text, withoutBlankLines, (begin) => begin.trim() !== "");
  return { line, ...peeked };
};

/** The lines of a text one by one, with where the `next` one begins; the last has none. */
export function* linesOf(text: string): Generator<{ readonly text: string; readonly next: number | undefined }> {
  const ends = /\r\n|\n|\r/g;
  let at = 0;
  for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
    yield { text: text.slice(at, end.index), next: ends.lastIndex };
    at = ends.lastIndex;
  }
  yield { text: text.slice(at), next: undefined };
}

/** What fails meanwhile fails for whoever reads on, who can tell where in the file that is. */
const peek = async (
  text: AsyncIterable<string>,
  without: (begin: string) => string,
  enough: (begin: string) => boolean,
): Promise<PeekedText> => {
  const pieces = text[Symbol.asyncIterator]();
  let begin = "";
  let failure: { readonly error: unknown } | undefined;
  try {
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      begin = without(begin + next.value);
      if (begin.length > maxOrderBytes || enough(begin)) break;
    }
  } catch (error) {
    failure = { error };
  }
  async function* whole(): AsyncGenerator<string> {
    try {
      yield begin;
      if (failure !== undefined) throw failure.error;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  return { begin, whole: whole() };
};
