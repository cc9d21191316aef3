import { InvalidEventPatternError } from "./invalid-event-pattern-error";

/**
 * Places in a field's wildcard patterns that one value can be at, all at once; `*:*:*:*:*:event-bus/*` can be at 11, and
 * is refused. The measure is that of EventBridge's own matcher, https://github.com/aws/event-ruler
 */
const mostPlaces = 10;

/** Sets of places looked at; patterns that have more are taken for too complex. */
const mostSets = 20_000;

const star = Symbol("any run of characters");
type Token = string | typeof star;

/** Any character that no pattern names. */
const other = "";

/** Characters and stars, between the quotation marks that the text of a value has in JSON. */
const tokensOf = (pattern: string): readonly Token[] => {
  const tokens: Token[] = ['"'];
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === "*") tokens.push(star);
    else {
      if (pattern[at] === "\\") at += 1;
      tokens.push(pattern.charAt(at));
    }
  }
  return [...tokens, '"'];
};

/** Before which token of which pattern a value may be, once some of its characters are read. */
interface Place {
  readonly pattern: number;
  readonly at: number;
}

const keyOf = (places: readonly Place[]): string =>
  places
    .map(({ pattern, at }) => `${pattern}:${at}`)
    .sort()
    .join();

/** Refuses wildcards that a value could match in too many ways at once, as PutRule does. */
export const assertWildcardsSimple = (patterns: readonly string[], path: string): void => {
  const all = [...new Set(patterns)].map(tokensOf);
  if (all.reduce((stars, tokens) => stars + tokens.filter((token) => token === star).length, 0) < 2) return;
  const alphabet = new Set<Token>([...all.flat().filter((token) => token !== star), other]);

  const step = (places: readonly Place[], character: Token): readonly Place[] => {
    const next = new Map<string, Place>();
    const reach = (pattern: number, at: number): void => {
      next.set(`${pattern}:${at}`, { pattern, at });
      // A star also matches nothing.
      if (all[pattern]?.[at] === star) reach(pattern, at + 1);
    };
    for (const { pattern, at } of places) {
      const tokens = all[pattern] ?? [];
      if (tokens[at - 1] === star) reach(pattern, at);
      if (tokens[at] === character) reach(pattern, at + 1);
    }
    return [...next.values()];
  };

  const pending: (readonly Place[])[] = [all.map((_, pattern) => ({ pattern, at: 0 }))];
  const seen = new Set<string>();
  for (let places = pending.pop(); places !== undefined; places = pending.pop()) {
    for (const character of alphabet) {
      const next = step(places, character);
      if (next.length > mostPlaces || seen.size > mostSets) {
        throw new InvalidEventPatternError(
          `"${path}": rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character`,
        );
      }
      const key = keyOf(next);
      if (next.length === 0 || seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
    }
  }
};
