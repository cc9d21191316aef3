import { setTimeout as pause } from "node:timers/promises";

/** What became of a link. `unknown` is an answer that says nothing about the page: a site that refuses programs, or is down. */
export interface Resolved {
  readonly kind: "found" | "moved" | "dead" | "unknown";
  readonly detail: string;
}

export interface ResolveOptions {
  /** Further attempts after one that tells nothing. */
  readonly retries: number;
  /** Seconds for an attempt. */
  readonly timeout: number;
  /** Seconds before the first further attempt; each one after waits twice as long. */
  readonly pause: number;
  /** An origin that is asked in place of the link's, as `<via>/<host>/<path>`: a mirror. */
  readonly via?: string;
}

/** Follows a link. A page must be there, and have the heading that the link names. */
export async function resolveLink(url: string, options: ResolveOptions): Promise<Resolved> {
  let wait = options.pause * 1_000;
  for (let attempt = 0; ; attempt += 1) {
    const resolved = await attemptLink(url, options);
    if (resolved.kind !== "unknown" || attempt >= options.retries) return resolved;
    await pause(wait);
    wait *= 2;
  }
}

async function attemptLink(url: string, { timeout, via }: ResolveOptions): Promise<Resolved> {
  const link = new URL(url);
  const asked = via === undefined ? link : new URL(`${via}/${link.host}${link.pathname}${link.search}`);
  try {
    const answer = await fetch(asked, {
      headers: { accept: "text/html,*/*;q=0.8", "user-agent": "order-pipeline links (npm run links)" },
      signal: AbortSignal.timeout(timeout * 1_000),
    });
    const body = await answer.text();
    if (answer.status === 404 || answer.status === 410) return { kind: "dead", detail: String(answer.status) };
    if (!answer.ok) return { kind: "unknown", detail: String(answer.status) };
    if (!hasFragment(link, answer, body)) return { kind: "dead", detail: `the page has no ${link.hash}` };
    const moved = answer.redirected && pathOf(answer.url) !== pathOf(asked.href);
    return moved ? { kind: "moved", detail: `to ${answer.url}` } : { kind: "found", detail: String(answer.status) };
  } catch (error) {
    const { message, cause } = Object(error);
    return { kind: "unknown", detail: cause instanceof Error ? cause.message : String(message) };
  }
}

/** A slash at the end makes no difference to a reader. */
const pathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, "");

/** GitHub makes the anchors of its pages in the browser. */
const isMadeInBrowser = ({ host }: URL): boolean => host === "github.com";

const hasFragment = (link: URL, answer: Response, body: string): boolean => {
  const fragment = decodeURIComponent(link.hash.slice(1));
  if (fragment === "" || isMadeInBrowser(link)) return true;
  if (answer.headers.get("content-type")?.includes("html") !== true) return true;
  return ["id", "name"].some((attribute) =>
    [`"${fragment}"`, `'${fragment}'`, fragment].some((value) => body.includes(`${attribute}=${value}`)),
  );
};
