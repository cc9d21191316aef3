/** The beginning of a text, as many of its pieces as it takes until that is `enough`, and the whole text with it. */
export const peekText = async (
  text: AsyncIterable<string>,
  enough: (begin: string) => boolean,
): Promise<{ readonly begin: string; readonly whole: AsyncIterable<string> }> => {
  const pieces = text[Symbol.asyncIterator]();
  let begin = "";
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    begin += next.value;
    if (enough(begin)) break;
  }
  async function* whole(): AsyncGenerator<string> {
    try {
      yield begin;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  return { begin, whole: whole() };
};
