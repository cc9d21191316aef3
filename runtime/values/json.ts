/** What JSON text says; undefined when it is no JSON, a value that JSON itself cannot express. */
export const readJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
