import { describe, expect, it } from "vitest";
import { answered } from "../../cli/answered";
import { CommandError } from "../../cli/command-error";

const answer = (status: number, body: Readonly<Record<string, unknown>>) => ({ status, replayed: false, body });

describe("an answer of the API", () => {
  it("that went well is its body", () => {
    expect(answered(answer(201, { order_id: "o-1" }), "place")).toEqual({ order_id: "o-1" });
  });

  it.each([
    [
      "names every wrong field",
      answer(400, {
        title: "The request has wrong fields",
        detail: "Fields of the order are wrong; see errors.",
        errors: [
          { pointer: "/items/0/quantity", detail: "must be a whole number" },
          { pointer: "", detail: "must be a JSON object; it is null" },
        ],
      }),
      "place: 400 Fields of the order are wrong; see errors.\n" +
        "  /items/0/quantity: must be a whole number\n" +
        "  the whole body: must be a JSON object; it is null",
    ],
    ["shows the title when there is no more to say", answer(503, { title: "Busy" }), "place: 503 Busy"],
    [
      "of the gateway says what is wrong with a token",
      answer(401, { message: "Unauthorized" }),
      "place: 401 Unauthorized: the token has expired or is not for this API; --token and ORDERS_TOKEN come before the local host's own",
    ],
    [
      "of the gateway says what is wrong with a token's scope",
      answer(403, { message: "Forbidden" }),
      "place: 403 Forbidden: the token lacks the scope for this",
    ],
    ["of the gateway is shown as it is otherwise", answer(404, { message: "Not Found" }), "place: 404 Not Found"],
  ])("that refuses %s", (_, refusal, message) => {
    expect(() => answered(refusal, "place")).toThrow(new CommandError(message, 1));
  });
});
