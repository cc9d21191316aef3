import { type StubAnswer, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import type { Notification } from "../../runtime/notifications/notification";
import { slackChannel } from "../../runtime/notifications/slack-channel";
import { slackMessage } from "../../runtime/notifications/slack-message";

const notification: Notification = {
  severity: "problem",
  title: "ALARM: orders-dlq",
  text: "Read the log.",
  facts: [{ name: "Reason", value: "1 > 0" }],
};

const secretPath = "/services/T0/B0/webhook-secret";

/** Posts once for each list of answers, to one channel; pauses are noted, not made. */
const post = async (answers: readonly (StubAnswer | "silence")[], times = 1) => {
  await using slack = await stubService((_, index) => answers[index] ?? { status: 200 });
  const pauses: string[] = [];
  let forgotten = 0;
  const channel = slackChannel({
    webhookUrl: {
      read: async () => `${slack.url}${secretPath}`,
      forget: () => {
        forgotten += 1;
      },
    },
    // Short only where no answer comes: on a busy machine one may take longer.
    timeout: answers.includes("silence") ? 100 : 5_000,
    wait: {
      milliseconds: async (time) => pauses.push(`${Math.ceil(time / 1000)} s`),
      backoff: async (attempt) => pauses.push(`backoff ${attempt}`),
    },
  });
  const outcomes: unknown[] = [];
  for (let time = 0; time < times; time += 1) {
    outcomes.push(
      await channel.post(notification).then(
        () => "posted",
        (error: unknown) => error,
      ),
    );
  }
  return { outcome: outcomes[0], outcomes, pauses, forgotten, requests: slack.requests };
};

describe("a Slack channel", () => {
  it("is posted a Block Kit message", async () => {
    const { outcome, requests } = await post([{ status: 200, text: "ok" }]);
    expect(outcome).toBe("posted");
    expect(requests).toMatchObject([
      { path: secretPath, headers: { "content-type": "application/json" }, json: slackMessage(notification) },
    ]);
  });

  it("is posted one message when it answers 429, then 500, then 200, after the pause that it asked for", async () => {
    const { outcome, pauses, requests } = await post([
      { status: 429, headers: { "retry-after": "3" } },
      { status: 500 },
      { status: 200 },
    ]);
    expect(outcome).toBe("posted");
    expect(requests).toHaveLength(3);
    // The noted pause took no time, so that the channel goes on to wait for its rest.
    expect(pauses).toEqual(["3 s", "backoff 2", "3 s"]);
  });

  it("reads a date as Retry-After, and takes a second for one that it cannot read", async () => {
    const inFiveSeconds = new Date(Date.now() + 5_000).toUTCString();
    expect((await post([{ status: 429, headers: { "retry-after": inFiveSeconds } }])).pauses[0]).toMatch(/^[45] s$/);
    expect((await post([{ status: 429, headers: { "retry-after": "soon" } }])).pauses).toEqual(["1 s"]);
  });

  it("is left alone when it asks for more than there is time for, by later posts too", async () => {
    const { outcomes, requests } = await post([{ status: 429, headers: { "retry-after": "600" } }], 2);
    expect(outcomes).toMatchObject([
      { name: "ServiceUnavailable", message: "Slack asks for a pause of 600 seconds" },
      { name: "ServiceUnavailable", message: "Slack asks for a pause of 600 seconds" },
    ]);
    expect(requests).toHaveLength(1);
  });

  it.each([500, 502, 503, 408])("is given up after 5 tries of HTTP %i", async (status) => {
    const { outcome, requests, pauses } = await post(Array.from({ length: 9 }, () => ({ status })));
    expect(outcome).toMatchObject({
      name: "ServiceUnavailable",
      message: `Slack did not accept a message in 5 tries: HTTP ${status}`,
    });
    expect(requests).toHaveLength(5);
    expect(pauses).toEqual(["backoff 1", "backoff 2", "backoff 3", "backoff 4"]);
  });

  it("is asked again when it does not answer in time", async () => {
    const { outcome, requests } = await post(["silence", { status: 200 }]);
    expect(outcome).toBe("posted");
    expect(requests).toHaveLength(2);
  });

  it.each([
    [400, "invalid_payload", 0],
    [403, "invalid_token", 1],
    [404, "no_service", 1],
    [410, "channel_is_archived", 1],
  ])("that answers HTTP %i %s is not asked again; a revoked webhook is read anew", async (status, text, forgotten) => {
    const result = await post([{ status, text }]);
    expect(result.outcome).toMatchObject({
      name: "Error",
      message: `Slack answered HTTP ${status} (${text}), which no retry changes: check the webhook of slackWebhookUrl`,
    });
    expect(result.requests).toHaveLength(1);
    expect(result.forgotten).toBe(forgotten);
  });

  it("never names its webhook in an error", async () => {
    for (const answer of [{ status: 400, text: `see ${secretPath}` }, { status: 503 }, "silence"] as const) {
      const { outcome } = await post([answer, answer, answer, answer, answer]);
      expect(outcome).toBeInstanceOf(Error);
      expect(String((outcome as Error).stack)).not.toContain("webhook-secret");
    }
  });

  it("that nobody listens at is unavailable, and its URL stays secret", async () => {
    const gone = await stubService(() => "silence");
    await gone[Symbol.asyncDispose]();
    const webhookUrl = { read: async () => `${gone.url}${secretPath}`, forget: () => undefined };
    const wait = { milliseconds: async () => undefined, backoff: async () => undefined };
    const outcome = await slackChannel({ webhookUrl, wait }).post(notification).catch(String);
    expect(outcome).toBe("ServiceUnavailable: Slack did not accept a message in 5 tries: no connection");
  });
});

describe("a message for Slack", () => {
  it("has a header, the text, and the facts as fields", () => {
    expect(slackMessage(notification)).toEqual({
      text: "ALARM: orders-dlq",
      blocks: [
        { type: "header", text: { type: "plain_text", text: ":rotating_light: ALARM: orders-dlq", emoji: true } },
        { type: "section", text: { type: "mrkdwn", text: "Read the log.", verbatim: true } },
        { type: "section", fields: [{ type: "mrkdwn", text: "*Reason*\n1 &gt; 0", verbatim: true }] },
      ],
    });
  });

  it("cannot mention a channel or hide a link", () => {
    const message = slackMessage({ ...notification, text: "<!channel> <https://evil.example|click> & more" });
    expect(JSON.stringify(message)).not.toMatch(/<!channel>|<https/);
    expect(message.blocks[1]).toMatchObject({
      text: { text: "&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; more" },
    });
  });

  it("keeps to Slack's limits", () => {
    const long = "x".repeat(5_000);
    const { text, blocks } = slackMessage({
      severity: "solved",
      title: long,
      text: long,
      facts: [{ name: "Reason", value: long }],
    });
    expect(text).toHaveLength(150);
    expect(blocks.map((block) => block.text?.text.length)).toEqual([150, 3_000, undefined]);
    expect(blocks[2]?.fields?.[0]?.text).toHaveLength(2_000);
  });
});
