import { FileRefused } from "./file-refused";

/** How files begin that people take for text: Excel's, archives, pictures. */
const otherTypes: readonly (readonly [begin: string, type: string])[] = [
  ["PK\u0003\u0004", "a ZIP archive or an Excel workbook (.xlsx)"],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook (.xls)"],
  ["\u001f\u008b", "compressed with gzip"],
  ["%PDF", "a PDF"],
  ["\u0089PNG", "a picture"],
];

/** Characters of the file that are looked at to tell what it is. */
const lookedAt = 4_096;

const save = "Save it as CSV UTF-8, JSON Lines or JSON.";

/** The text of a file in UTF-8, piece by piece, without its byte order mark. Throws FileRefused where it is something else. */
export async function* fileText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let offset = 0;
  for await (const chunk of bytes) {
    if (offset === 0) assertText(Buffer.from(chunk.subarray(0, lookedAt)).toString("latin1"));
    yield decode(decoder, chunk, offset);
    offset += chunk.byteLength;
  }
  yield decode(decoder, undefined, offset);
}

const decode = (decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | undefined, offset: number): string => {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    const end = offset + (chunk?.byteLength ?? 0);
    throw new FileRefused(
      "unsupported_encoding",
      `The file is not UTF-8: byte ${offset} to ${end} hold others. ${save}`,
    );
  }
};

const assertText = (begin: string): void => {
  if (begin.startsWith("\u00ff\u00fe") || begin.startsWith("\u00fe\u00ff")) {
    throw new FileRefused("unsupported_encoding", `The file is in UTF-16. ${save}`);
  }
  const type = otherTypes.find(([start]) => begin.startsWith(start))?.[1];
  if (type !== undefined) throw new FileRefused("unsupported_type", `The file is ${type}. ${save}`);
  if (begin.includes("\u0000")) throw new FileRefused("unsupported_type", `The file is no text. ${save}`);
};
