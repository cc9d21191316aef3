export interface ExternalLink {
  readonly url: string;
  /** From 1. */
  readonly line: number;
}

/** Names that are nobody's: https://www.rfc-editor.org/rfc/rfc2606, RFC 6761 and RFC 9476; and this machine's. */
const isReserved = (host: string): boolean =>
  !host.includes(".") ||
  /(^|\.)(example|invalid|test|internal|localhost|localdomain)$/.test(host) ||
  /(^|\.)example\.(com|net|org)$/.test(host) ||
  /^[\d.]+$/.test(host);

/** Addresses that identify something and are not for reading: endpoints of services, XML's and JSON's namespaces. */
const isIdentifier = (url: URL): boolean =>
  (/\.(amazonaws\.com|githubusercontent\.com|slack\.com)$/.test(url.host) && url.host !== "docs.aws.amazon.com") ||
  url.href.startsWith("http://www.w3.org/") ||
  ["https://gitlab.com/", "https://get.pulumi.com/"].includes(url.href);

/** Where a comment may begin in a line of TypeScript or YAML; a URL's own slashes follow a colon. */
const commentStart = /^\s*(?:\/?\*|\/\/|#)|(?<=[\s;,{(])(?:\/\/|\/\*|#)\s/;

/** What of a line is for readers: all of it in a document, its comment in code. */
const readable = (file: string, line: string): string => {
  if (file.endsWith(".md")) return line;
  const start = commentStart.exec(line);
  return start === null ? "" : line.slice(start.index);
};

/** The external links of a document, or of the comments of a source file. */
export const externalLinksIn = (file: string, text: string): readonly ExternalLink[] =>
  text.split("\n").flatMap((line, index) =>
    [...readable(file, line).matchAll(/https?:\/\/[^\s<>"'`|\\{}$[\]]+/g)].flatMap(([found]) => {
      const url = withoutPunctuation(found);
      if (!URL.canParse(url)) return [];
      const parsed = new URL(url);
      return isReserved(parsed.hostname) || isIdentifier(parsed) ? [] : [{ url, line: index + 1 }];
    }),
  );

/** Without what ends the sentence, and without a parenthesis that was opened before the link. */
const withoutPunctuation = (url: string): string => {
  const trimmed = url.replace(/[.,;:!?*]+$/, "");
  const opened = trimmed.split("(").length;
  return trimmed.endsWith(")") && trimmed.split(")").length > opened
    ? withoutPunctuation(trimmed.slice(0, -1))
    : trimmed;
};
