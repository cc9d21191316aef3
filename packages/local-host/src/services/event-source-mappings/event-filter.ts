import { type EventPattern, matchesPattern, parseEventPattern } from "../event-bridge/event-pattern";

type Item = Readonly<Record<string, unknown>>;

/** A mapping's filter criteria: an item passes if one of the patterns matches it, or without patterns. */
export class EventFilter {
  private readonly patterns: readonly EventPattern[];

  constructor(patterns: readonly string[]) {
    this.patterns = patterns.map(parseEventPattern);
  }

  get matchesEverything(): boolean {
    return this.patterns.length === 0;
  }

  matchesRecord(record: object): boolean {
    return this.matchesEverything || this.patterns.some((pattern) => matchesPattern(pattern, record));
  }

  /**
   * A pattern for JSON matches only a body that is a JSON object, a pattern for plain text only one that is not.
   * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
   */
  matchesMessage(message: Item & { readonly body: string }): boolean {
    if (this.matchesEverything) return true;
    const parsed = jsonObject(message.body);
    return this.patterns.some((pattern) => {
      const wantsText = Array.isArray(pattern["body"]);
      const wantsJson = pattern["body"] !== undefined && !wantsText;
      if ((wantsText && parsed !== undefined) || (wantsJson && parsed === undefined)) return false;
      return matchesPattern(pattern, wantsJson ? { ...message, body: parsed } : message);
    });
  }
}

const jsonObject = (text: string): object | undefined => {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object; // it begins with a bracket or a brace, so it is an object or a list
  } catch {
    return undefined;
  }
};
