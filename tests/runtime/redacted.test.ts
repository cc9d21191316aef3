import { describe, expect, it } from "vitest";
import { redacted } from "../../runtime/notifications/redacted";

describe("text for people", () => {
  it.each([
    [
      "a Slack webhook",
      "POST https://hooks.slack.com/services/T0/B0/abc123 failed",
      "POST https://hooks.slack.com/[redacted] failed",
    ],
    ["a Slack token", "with xoxb-1234-abcd", "with [redacted token]"],
    ["an access key", "key AKIAABCDEFGHIJKLMNOP is wrong", "key [redacted access key] is wrong"],
    ["a JWT", "got eyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln", "got [redacted token]"],
    ["an Authorization header", "Authorization: Bearer abcdefgh12345", "Authorization: Bearer [redacted]"],
    ["a bearer token", "used bearer abcdefgh12345", "used bearer [redacted]"],
    ["a payment method", "tok_visa was declined", "[redacted payment method] was declined"],
    ["a password in a URL", "https://user:hunter2@example.com/x", "https://user:[redacted]@example.com/x"],
    ["a query parameter", "GET /x?api_key=abc&page=2", "GET /x?api_key=[redacted]&page=2"],
    ["a JSON field", '{"client_secret":"abc","a":1}', '{"client_secret":"[redacted]","a":1}'],
    ["a private key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- x", "[redacted private key] x"],
  ])("has %s taken out", (_, text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it.each([
    "orders-fulfilment-dlq-not-empty: Threshold Crossed: 1 datapoint [1.0 (21/11/26 09:00:00)] was greater than 0.0.",
    "Orders could not be fulfilled in 5 tries and wait. Read the log of fulfil-order.",
    "https://api.example.com/orders/0191f5a2-7c3b-7d1e-8a4f-3b2c1d0e9f80",
    "The token names no customer",
  ])("is left as it is without a secret: %s", (text) => {
    expect(redacted(text)).toBe(text);
  });
});
