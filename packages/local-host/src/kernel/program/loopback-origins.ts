/** Of services on this machine, as settings name them. */
const origins = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/g;

/** Free ports end below it on most machines; what stands at one here is never called. */
const firstPort = 60_000;

export interface LoopbackOrigins {
  /** The settings with a stand-in for each origin, the same from run to run. */
  readonly config: Readonly<Record<string, string>>;
  /** Puts the origins back into a text. */
  readonly restore: (text: string) => string;
}

/**
 * The port of a service on this machine may differ at each start, and makes no difference to what a program declares: with
 * stand-ins in its place, an evaluation that was kept serves again.
 */
export const withoutLoopbackOrigins = (config: Readonly<Record<string, string>>): LoopbackOrigins => {
  const entries = Object.entries(config).sort(([one], [other]) => (one < other ? -1 : 1));
  const own = [...new Set(entries.flatMap(([, value]) => value.match(origins) ?? []))];
  const standIns = own.map((_, index) => `http://localhost:${firstPort + index}`);
  const exchange = (text: string, from: readonly string[], to: readonly string[]): string =>
    text.replaceAll(origins, (origin) => to[from.indexOf(origin)] ?? origin);
  return {
    config: Object.fromEntries(entries.map(([key, value]) => [key, exchange(value, own, standIns)])),
    restore: (text) => exchange(text, standIns, own),
  };
};
