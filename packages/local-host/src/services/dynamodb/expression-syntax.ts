/** The parameters that hold an expression, by the grammar that they are in. */
const grammars = {
  UpdateExpression: (tokens: Tokens) => tokens.update(),
  ConditionExpression: (tokens: Tokens) => tokens.condition(),
  FilterExpression: (tokens: Tokens) => tokens.condition(),
  KeyConditionExpression: (tokens: Tokens) => tokens.condition(),
  ProjectionExpression: (tokens: Tokens) => tokens.paths(),
} as const;

export type ExpressionName = keyof typeof grammars;

// The keys of an object literal are these names.
export const expressionNames = Object.keys(grammars) as readonly ExpressionName[];

const lexeme = /[#:][A-Za-z0-9_]+|[A-Za-z][A-Za-z0-9_]*|[0-9]+|<>|<=|>=|[^\t\n\r ]/gu;
const name = /^(#[A-Za-z0-9_]+|[A-Za-z][A-Za-z0-9_]*)$/;
const value = /^:[A-Za-z0-9_]+$/;
const number = /^[0-9]+$/;
const comparator = /^(=|<>|<|<=|>|>=)$/;
const keyword = /^(SET|REMOVE|ADD|DELETE|AND|OR|NOT|BETWEEN|IN)$/i;
/** Functions that are conditions by themselves; `size` and those of an update are values. */
const predicate = /^(attribute_exists|attribute_not_exists|attribute_type|begins_with|contains)$/;

/** Thrown at the first token that cannot stand where it does. */
class Misplaced extends Error {}

/**
 * DynamoDB's message for an invalid expression: the first token that is not allowed where it is, and the text from the
 * token before it to the one behind it. Undefined for one that is in order as far as its tokens go.
 *
 * The grammars: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html and
 * Expressions.OperatorsAndFunctions.html. No page of AWS has the text; it is as people report it, such as
 * `token: "[", near: "([1"` and, of the end, `token: "<EOF>", near: ":v"`.
 */
export const syntaxErrorOf = (kind: ExpressionName, expression: string): string | undefined => {
  const tokens = new Tokens(expression);
  try {
    grammars[kind](tokens);
    return undefined;
  } catch (error) {
    if (!(error instanceof Misplaced)) throw error;
    return `Invalid ${kind}: Syntax error; token: "${tokens.token}", near: "${tokens.near}"`;
  }
};

/** Reads an expression from left to right by its grammar, and stays at the token that is misplaced. */
class Tokens {
  private readonly source: string;
  private readonly spans: readonly { readonly text: string; readonly start: number }[];
  private at = 0;

  constructor(source: string) {
    this.source = source;
    this.spans = [...source.matchAll(lexeme)].map(({ 0: text, index }) => ({ text, start: index }));
  }

  get token(): string {
    return this.spans[this.at]?.text ?? "<EOF>";
  }

  get near(): string {
    const around = this.spans.slice(Math.max(0, this.at - 1), this.at + 2);
    const [first, last] = [around[0], around.at(-1)];
    return first === undefined || last === undefined
      ? ""
      : this.source.slice(first.start, last.start + last.text.length);
  }

  update(): void {
    do {
      const clause = this.word("SET", "REMOVE", "ADD", "DELETE");
      this.listOf(() => {
        this.path();
        if (clause === "SET") this.assigned();
        else if (clause !== "REMOVE") this.take(value);
      });
    } while (!this.ended());
  }

  condition(): void {
    if (!this.alternatives()) this.misplaced();
    this.end();
  }

  paths(): void {
    this.listOf(() => this.path());
    this.end();
  }

  private assigned(): void {
    this.take(/^=$/);
    this.sum();
  }

  private sum(): void {
    do {
      if (this.took(/^\($/)) {
        this.sum();
        this.take(/^\)$/);
      } else this.operand();
    } while (this.took(/^[+-]$/));
  }

  /** Says whether what was read is a condition, and not a value that is still to be compared. */
  private alternatives(): boolean {
    let isCondition = this.negated();
    while (isCondition && this.took(/^(AND|OR)$/i)) isCondition = this.negated() || this.misplaced();
    return isCondition;
  }

  private negated(): boolean {
    if (this.took(/^NOT$/i)) return this.negated() || this.misplaced();
    const isCondition = this.took(/^\($/) ? this.parenthesized() : this.operand();
    if (this.took(comparator)) this.value();
    else if (this.took(/^BETWEEN$/i)) {
      this.value();
      this.take(/^AND$/i);
      this.value();
    } else if (this.took(/^IN$/i)) {
      this.take(/^\($/);
      this.listOf(() => this.value());
      this.take(/^\)$/);
    } else return isCondition;
    return true;
  }

  private parenthesized(): boolean {
    const isCondition = this.alternatives();
    this.take(/^\)$/);
    return isCondition;
  }

  private value(): void {
    if (!this.took(/^\($/)) return void this.operand();
    this.value();
    this.take(/^\)$/);
  }

  /** A value, a path, or a call; says whether it is a condition. */
  private operand(): boolean {
    if (this.took(value)) return false;
    const called = this.token;
    this.path();
    if (!this.took(/^\($/)) return false;
    this.listOf(() => this.operand());
    this.take(/^\)$/);
    return predicate.test(called);
  }

  private path(): void {
    this.name();
    for (;;) {
      if (this.took(/^\.$/)) this.name();
      else if (this.took(/^\[$/)) {
        this.take(number);
        this.take(/^\]$/);
      } else return;
    }
  }

  private name(): void {
    if (keyword.test(this.token)) this.misplaced();
    this.take(name);
  }

  private listOf(element: () => void): void {
    do element();
    while (this.took(/^,$/));
  }

  private word(...allowed: readonly string[]): string {
    const word = this.token.toUpperCase();
    if (!allowed.includes(word)) this.misplaced();
    this.at += 1;
    return word;
  }

  private took(wanted: RegExp): boolean {
    const fits = !this.ended() && wanted.test(this.token);
    if (fits) this.at += 1;
    return fits;
  }

  private take(wanted: RegExp): void {
    if (!this.took(wanted)) this.misplaced();
  }

  private end(): void {
    if (!this.ended()) this.misplaced();
  }

  private ended(): boolean {
    return this.at >= this.spans.length;
  }

  private misplaced(): never {
    throw new Misplaced();
  }
}
