export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object that a text has as JSON; undefined for JSON of another kind, and for what is not JSON. */
export const parseJsonObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Whether a text of valid JSON nests arrays and objects deeper than this many levels; it takes no stack to tell. */
export const isNestedDeeperThan = (levels: number, json: string): boolean => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > levels) return true;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return false;
};
