import { element } from "./element";

/** Ids as AWS's services and most programs make them: UUIDs, and X-Ray's trace ids. */
const identifier = /(1-[0-9a-f]{8}-[0-9a-f]{24}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/i;

/** The address of a search, which can be kept and sent to others. */
export const searchAddress = (text: string): string => `#search=${encodeURIComponent(text)}`;

/** A text whose ids lead to a search for them. */
export const withIdentifierLinks = (text: string): readonly (Node | string)[] =>
  text
    .split(identifier)
    .map((part, index) => (index % 2 === 0 ? part : element("a", { href: searchAddress(part) }, part)));
