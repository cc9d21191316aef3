import { rmSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { assertReservationsFit, reservations } from "../../components/reservations";
import { runHost } from "../support/run-host";
import { stackGraph } from "../support/stack-graph";
import { newFolder } from "../support/started-host";

const slack = { slackWebhookUrl: pulumi.output("https://hooks.slack.example/1") };
const silent = { slackWebhookUrl: undefined };

const refusal = (reservedConcurrency: number | undefined, accountConcurrency: number, more = silent): string => {
  try {
    assertReservationsFit({ reservedConcurrency, accountConcurrency, ...more });
    return "accepted";
  } catch (error) {
    return String(error);
  }
};

describe("what the functions reserve", () => {
  it.each(["7", "50"])("is what the graph declares, with reservedConcurrency %s", async (reservedConcurrency) => {
    const graph = await stackGraph("prod", { reservedConcurrency });
    const declared = graph.resources.flatMap(({ type, name, inputs }) => {
      const reserved = inputs["reservedConcurrentExecutions"];
      return type === "aws:lambda/function:Function" && reserved !== undefined ? [[name, reserved]] : [];
    });
    const expected = Object.entries(reservations(Number(reservedConcurrency), slack));
    expect(Object.fromEntries(declared)).toEqual(
      Object.fromEntries(expected.map(([name, count]) => [`orders-${name}`, count])),
    );
  });

  it("is refused when the sum of it is more than the account must give, with the sum and the way out", () => {
    expect(refusal(50, 419)).toBe(
      "SettingsError: reservedConcurrency is 50: with it the functions reserve 320 concurrent executions (place-order 50, " +
        "relay-order-events 50, take-payment 50, ship-order 50, refund-payment 50, fulfil-order 5, import-orders 10, " +
        "import-file 5, transform-order-event 50), and the account has 319 to reserve: accountConcurrency 419 less the 100 " +
        "that Lambda keeps unreserved. Set reservedConcurrency to 49 or less, or have AWS raise the quota " +
        '"Concurrent executions" of Lambda and set accountConcurrency to it.',
    );
    expect(refusal(10, 10)).toContain("the account has 0 to reserve: accountConcurrency 10 less the 100");
    expect(refusal(10, 10)).toContain("Leave reservedConcurrency out, or have AWS raise");
  });

  it("may be all that the account must give, and nothing fits any account", () => {
    expect(refusal(50, 420)).toBe("accepted");
    expect(refusal(undefined, 10)).toBe("accepted");
  });

  it("stops the start before anything is made", async () => {
    const folder = newFolder();
    const settings = ["--config", "reservedConcurrency=50", "--config", "accountConcurrency=400"];
    const { code, printed } = await runHost(["--port", "0", "--aws-port", "0", "--data-dir", folder, ...settings]);
    rmSync(folder, { recursive: true });
    expect(code).not.toBe(0);
    expect(printed).toContain("with it the functions reserve 320 concurrent executions (");
    expect(printed).toContain("and the account has 300 to reserve: accountConcurrency 400 less the 100");
  });
});
