/** A stack for development: `dev`, or somebody's own such as `jo-dev`. */
export const isForDevelopment = (stack: string): boolean => /^(?:.*-)?dev$/.test(stack);

/** Domains that are for documentation and tests: https://www.rfc-editor.org/rfc/rfc2606 */
const reserved = /(?:^|\.)(?:example\.(?:com|net|org)|example|invalid|test)$/;

/** The host of a URL, or the domain of an e-mail address. */
const domainOf = (text: string): string =>
  URL.canParse(text) && text.includes("://") ? new URL(text).hostname : (text.split("@")[1] ?? "");

/** Whether a URL or an e-mail address belongs to nobody. */
export const isPlaceholder = (text: string): boolean => reserved.test(domainOf(text));

/** Every setting that still has the URL or e-mail address of an example, at any depth. */
export const complaintsOfPlaceholders = (value: unknown, name = ""): readonly string[] => {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) =>
      complaintsOfPlaceholders(inner, name === "" ? key : `${name}.${key}`),
    );
  }
  return typeof value === "string" && isPlaceholder(value)
    ? [`${name} is "${value}": it is a placeholder of the documentation. Set it to your own.`]
    : [];
};
