import { AsyncLocalStorage } from "node:async_hooks";
import type { HostEvents } from "../host-events";

/** What to do with an error that nobody caught; kept with everything that the serving of one request sets going. */
const underWay = new AsyncLocalStorage<(error: unknown) => void>();

/**
 * Serves one request. An error that is thrown in a timer, a callback or a promise that the request has set going, and
 * that nobody catches, is given to `onFault` where the process outlives faults.
 */
export const serveRequest = <Result>(onFault: (error: unknown) => void, serve: () => Result): Result =>
  underWay.run(onFault, serve);

export const faultOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Lets the process go on after an error that nobody caught: it is an event, and the answer of the request it belongs to. */
export const outliveFaults = (events: HostEvents): void => {
  const report = (error: unknown): void => {
    events.publish({
      level: "error",
      resource: "local host",
      what: "failed inside the local host",
      detail: { error: faultOf(error) },
    });
    underWay.getStore()?.(error);
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
};
