import { lexer, type MarkedToken, type Token, type Tokens } from "marked";
import { element } from "./element";

/**
 * Markdown as nodes of the page. No text becomes markup on its way: HTML in it is shown as the text it is, and a link leads
 * to a web page or is none.
 */
export const markdownNodes = (markdown: string): readonly (Node | string)[] => nodes(lexer(markdown));

const nodes = (tokens: readonly Token[] = []): readonly (Node | string)[] => tokens.flatMap(node);

const node = (token: Token): readonly (Node | string)[] => {
  // Without extensions marked makes these alone; its wider type is for what an extension may add.
  const each = token as MarkedToken;
  switch (each.type) {
    case "space":
    case "def":
      return [];
    case "hr":
      return [element("hr")];
    case "br":
      return [element("br")];
    case "heading":
      // The page's own heading is of the first level.
      return [element(headings[each.depth] ?? "h6", { class: `level-${each.depth}` }, ...nodes(each.tokens))];
    case "paragraph":
      return [element("p", {}, ...nodes(each.tokens))];
    case "blockquote":
    case "strong":
    case "em":
    case "del":
      return [element(each.type, {}, ...nodes(each.tokens))];
    case "codespan":
      return [element("code", {}, each.text)];
    case "code":
      return [element("pre", { tabindex: "0" }, each.text)];
    case "list":
      return [list(each)];
    case "table":
      return [table(each)];
    case "link":
      return [link(each.href, each.tokens)];
    case "image":
      // The page loads nothing from elsewhere.
      return [link(each.href, each.tokens)];
    case "text":
      return each.tokens === undefined ? [each.text] : nodes(each.tokens);
    case "escape":
      return [each.text];
    default:
      return [each.raw];
  }
};

const headings: Readonly<Record<number, "h2" | "h3" | "h4" | "h5" | "h6">> = {
  1: "h2",
  2: "h2",
  3: "h3",
  4: "h4",
  5: "h5",
};

const list = ({ ordered, items }: Tokens.List): HTMLElement =>
  element(ordered ? "ol" : "ul", {}, ...items.map((item) => element("li", {}, ...nodes(item.tokens))));

const table = ({ header, rows }: Tokens.Table): HTMLElement =>
  element(
    "table",
    {},
    element(
      "thead",
      {},
      element("tr", {}, ...header.map((cell) => element("th", { scope: "col" }, ...nodes(cell.tokens)))),
    ),
    element(
      "tbody",
      {},
      ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, ...nodes(cell.tokens))))),
    ),
  );

const link = (href: string, tokens: readonly Token[]): HTMLElement =>
  /^https?:\/\//i.test(href)
    ? element("a", { href, rel: "noreferrer", target: "_blank" }, ...nodes(tokens))
    : element("span", {}, ...nodes(tokens));
