const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A reader of XML makes a line feed of one that is written as it is.
  "\r": "&#13;",
};

export const escapeXml = (text: string): string => text.replace(/[&<>"'\r]/g, (character) => entities[character] ?? "");

const characters: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(entities).map(([character, entity]) => [entity, character]),
);

export const unescapeXml = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (entity, decimal, hexadecimal) => {
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    if (Number.isNaN(code)) return characters[entity] ?? entity;
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
