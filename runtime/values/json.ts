/**
 * Levels of nesting that JSON from outside may have: an order has 3, in an event in an envelope 5. What is written again
 * or shown is walked by recursion, which would end in a RangeError some thousand levels down.
 */
export const maxJsonDepth = 32;

export type ParsedJson =
  | { readonly kind: "json"; readonly json: unknown }
  /** `reason` may show a piece of the text: it is for whoever wrote that, not for a log. */
  | { readonly kind: "malformed"; readonly reason: string }
  /** `pointer` (RFC 6901) leads to the first value that is too deep. */
  | { readonly kind: "too-deep"; readonly pointer: string };

/** Why a value that is too deep is refused. */
export const tooDeep = `is nested deeper than ${maxJsonDepth} levels; an order has 3`;

/** What JSON text says. A byte order mark before it is not part of it, as in a file. */
export const parseJson = (text: string): ParsedJson => {
  try {
    // V8 parses without recursion, so that nesting of any depth is not an error here.
    const json: unknown = JSON.parse(text.replace(/^\ufeff+/, ""));
    const pointer = pointerBelow(json, maxJsonDepth);
    return pointer === undefined ? { kind: "json", json } : { kind: "too-deep", pointer };
  } catch (error) {
    return { kind: "malformed", reason: error instanceof Error ? error.message : String(error) };
  }
};

/** What JSON text says; undefined, a value that JSON itself cannot express, when it is not JSON or too deep. */
export const readJson = (text: string): unknown => {
  const read = parseJson(text);
  return read.kind === "json" ? read.json : undefined;
};

const pointerBelow = (json: unknown, levels: number): string | undefined => {
  if (typeof json !== "object" || json === null) return undefined;
  if (levels === 0) return "";
  for (const [key, value] of Object.entries(json)) {
    const below = pointerBelow(value, levels - 1);
    if (below !== undefined) return jsonPointer([key]) + below;
  }
  return undefined;
};

/** A JSON pointer (RFC 6901). */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
