import { FileRefused } from "./file-refused";

/** How files begin that people take for text: Excel's, archives, pictures. */
const otherTypes: readonly (readonly [begin: string, type: string])[] = [
  ["PK\u0003\u0004", "a ZIP archive or an Excel workbook (.xlsx)"],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook (.xls)"],
  ["\u001f\u008b", "compressed with gzip"],
  ["%PDF", "a PDF"],
  ["\u0089PNG", "a picture"],
];

/** Bytes of the file that are looked at to tell what it is. */
const lookedAt = 4_096;

/** Bytes of a character that may still come, in any encoding that TextDecoder knows. */
const maxIncomplete = 3;

const save = "Save it as CSV UTF-8, JSON Lines or JSON.";

/** A byte that stands for nothing in the file's encoding. Whoever knows where in the file it is refuses the file `at` it. */
export class UndecodableByte extends Error {
  override readonly name = "UndecodableByte";
  private readonly encoding: string;
  private readonly byte: string;

  constructor(encoding: string, byte = 0) {
    super(`a byte is not ${encoding}`);
    this.encoding = encoding.toUpperCase();
    this.byte = `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }

  at(place: string): FileRefused {
    return new FileRefused(
      "unsupported_encoding",
      `The file is not ${this.encoding}: in ${place} there is the byte ${this.byte}. ${save} Or name its encoding: in the object's metadata, as in "encoding: windows-1252", or with "orders import --encoding windows-1252".`,
    );
  }
}

/**
 * The text of a file piece by piece, without its byte order mark: in the encoding that the mark tells, else in the one that
 * was named, else in UTF-8. Throws FileRefused for what is not text, and UndecodableByte after the text before such a byte.
 */
export async function* fileText(bytes: AsyncIterable<Uint8Array>, named = "utf-8"): AsyncGenerator<string> {
  let encoding: string | undefined;
  let data = Buffer.alloc(0);
  for await (const chunk of bytes) {
    data = data.length === 0 ? Buffer.from(chunk) : Buffer.concat([data, chunk]);
    // A byte order mark has up to three bytes.
    if (encoding === undefined && data.length < 3) continue;
    const first = encoding === undefined;
    encoding ??= encodingOf(data, named);
    const { text, rest, bad } = decoded(encoding, data);
    yield first ? text.replace(/^\ufeff/, "") : text;
    if (bad) throw new UndecodableByte(encoding, rest[0]);
    data = rest;
  }
  encoding ??= encodingOf(data, named);
  if (data.length === 0) return;
  const { text, rest } = decoded(encoding, data);
  yield text;
  if (rest.length > 0) throw new UndecodableByte(encoding, rest[0]);
}

const encodingOf = (data: Buffer, named: string): string => {
  const begin = data.subarray(0, lookedAt).toString("latin1");
  const type = otherTypes.find(([start]) => begin.startsWith(start))?.[1];
  if (type !== undefined) throw new FileRefused("unsupported_type", `The file is ${type}. ${save}`);
  if (begin.startsWith("\u00ff\u00fe")) return "utf-16le";
  if (begin.startsWith("\u00fe\u00ff")) return "utf-16be";
  if (begin.startsWith("\u00ef\u00bb\u00bf")) return "utf-8";
  if (begin.includes("\u0000") && !named.startsWith("utf-16")) {
    throw new FileRefused(
      "unsupported_type",
      `The file is not text. ${save} UTF-16 needs a byte order mark, or the metadata "encoding: utf-16le".`,
    );
  }
  return named;
};

interface Decoded {
  readonly text: string;
  /** What is not decoded: the beginning of a character, or from the first bad byte on. */
  readonly rest: Buffer<ArrayBuffer>;
  readonly bad: boolean;
}

/** Without a state that is kept from one call to the next, so that the first bad byte can be searched for. */
const decoded = (encoding: string, data: Buffer<ArrayBuffer>): Decoded => {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const begin = (length: number): Decoded | undefined => {
    for (let end = length; end >= Math.max(0, length - maxIncomplete); end -= 1) {
      try {
        return { text: decoder.decode(data.subarray(0, end)), rest: data.subarray(end), bad: false };
      } catch {
        // Ends within a character, or holds a bad byte: the caller tells by the next three.
      }
    }
    return undefined;
  };
  const whole = begin(data.length);
  if (whole !== undefined) return whole;
  let [good, bad] = [0, data.length];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (begin(middle) === undefined) bad = middle;
    else good = middle;
  }
  return { text: "", rest: data, ...begin(good), bad: true };
};
