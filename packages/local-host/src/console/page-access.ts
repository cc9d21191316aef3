import type { IncomingMessage } from "node:http";

/** Headers of every answer: nothing of elsewhere is loaded, nothing inline runs, no other page frames this one. */
export const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
} as const;

/** A page of elsewhere that has its name resolved to this machine must not read what happens here. */
export const isThisMachine = (host: string | undefined): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? "");

/**
 * Whether a request that changes something was sent by the console's own page. A browser names the page that sends a POST
 * in `Origin`, whatever that page does; a request without it is of no browser, and can call AWS's API itself.
 */
export const isOwnPage = ({ headers }: IncomingMessage): boolean =>
  headers.origin === `http://${headers.host}` && [undefined, "same-origin"].includes(header(headers["sec-fetch-site"]));

const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
