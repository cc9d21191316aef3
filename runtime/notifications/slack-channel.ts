import { setTimeout as pause } from "node:timers/promises";
import { backoff } from "../aws/backoff";
import type { Secret } from "../aws/secret";
import { ServiceUnavailable } from "../values/service-unavailable";
import type { OperatorChannel } from "./operator-channel";
import { slackMessage } from "./slack-message";

export interface SlackChannelOptions {
  /** The incoming webhook's URL: whoever has it can post, so it must not appear in a log or an error. */
  readonly webhookUrl: Secret;
  /** Milliseconds until a post times out. Default 5,000. */
  readonly timeout?: number;
  /** Milliseconds after which no further attempt starts, and the caller has to retry later. Default 20,000. */
  readonly patience?: number;
  /** The pauses: as many milliseconds as an answer 429 asks for, else by the number of the attempt. */
  readonly wait?: {
    readonly milliseconds: (time: number) => Promise<unknown>;
    readonly backoff: (attempt: number) => Promise<unknown>;
  };
}

const maxTries = 5;

/** Slack's answers to a webhook that was revoked or replaced. */
const revoked: readonly number[] = [403, 404, 410];

/**
 * A channel in Slack, by an incoming webhook. Slack has no idempotency key: a post whose answer is lost is repeated,
 * so that people may read it twice, rather than never.
 */
export const slackChannel = ({
  webhookUrl,
  timeout = 5_000,
  patience = 20_000,
  wait = { milliseconds: (time) => pause(time), backoff },
}: SlackChannelOptions): OperatorChannel => {
  /** Until when Slack has asked not to be called at all. */
  let quietUntil = 0;

  /** Waits as long as Slack has asked for; rejects when that is longer than `patience` allows. */
  const keepQuiet = async (giveUpAt: number): Promise<void> => {
    const rest = quietUntil - Date.now();
    if (rest <= 0) return;
    if (Date.now() + rest > giveUpAt) {
      throw new ServiceUnavailable(`Slack asks for a pause of ${Math.ceil(rest / 1000)} seconds`);
    }
    await wait.milliseconds(rest);
  };

  return {
    post: async (notification) => {
      const url = await webhookUrl.read();
      const body = JSON.stringify(slackMessage(notification));
      const giveUpAt = Date.now() + patience;
      for (let attempt = 1; ; attempt += 1) {
        await keepQuiet(giveUpAt);
        const answer = await postOnce(url, body, timeout);
        if (answer.kind === "posted") return;
        if (answer.kind === "refused") {
          if (revoked.includes(answer.status)) webhookUrl.forget();
          throw new Error(
            `Slack answered HTTP ${answer.status} (${answer.reason}), which no retry changes: check the webhook of slackWebhookUrl`,
          );
        }
        if (attempt === maxTries || Date.now() > giveUpAt) {
          throw new ServiceUnavailable(`Slack did not accept a message in ${attempt} tries: ${answer.reason}`);
        }
        if (answer.pause === undefined) await wait.backoff(attempt);
        else quietUntil = Date.now() + answer.pause;
      }
    },
  };
};

type Answer =
  | { readonly kind: "posted" }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string }
  /** `pause` in milliseconds, when Slack asks for one. */
  | { readonly kind: "later"; readonly reason: string; readonly pause?: number | undefined };

const postOnce = async (url: string, body: string, timeout: number): Promise<Answer> => {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
  } catch (error) {
    // The error's own message may hold the URL.
    return {
      kind: "later",
      reason:
        error instanceof Error && error.name === "TimeoutError" ? `no answer within ${timeout} ms` : "no connection",
    };
  }
  const { status } = response;
  // Always read: a body that is not read keeps its connection open.
  const text = await response.text().catch(() => "");
  if (status >= 200 && status < 300) return { kind: "posted" };
  if (status === 429) {
    return { kind: "later", reason: "HTTP 429", pause: pauseFrom(response.headers.get("retry-after")) };
  }
  if (status >= 500 || status === 408) return { kind: "later", reason: `HTTP ${status}` };
  // A word such as `invalid_payload` or `channel_is_archived`.
  const word = /^\w{1,60}$/.exec(text.trim())?.[0];
  return { kind: "refused", status, reason: word ?? "without a reason" };
};

/** `Retry-After` is seconds, or a date. Without one that can be read: a second. */
const pauseFrom = (retryAfter: string | null): number => {
  const seconds = Number(retryAfter ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const until = Date.parse(retryAfter ?? "");
  return Number.isNaN(until) ? 1000 : Math.max(0, until - Date.now());
};
