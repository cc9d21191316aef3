import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { SmokeReport } from "../../cli/smoke/smoke-test";
import type { HostedOrders } from "./hosted-orders";
import { hasTerminal, runOrders } from "./run-orders";
import { standInPulumi } from "./stand-in-pulumi";

/** `npm run smoke`: what runs on a stack after each deployment. */
export function describeSmokeCommands(orders: HostedOrders): void {
  // Written by smokeTest, from a value of this very type.
  const reportOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as SmokeReport;

  const leftInAws = async () => {
    const { aws, host } = orders.started;
    const { QueueUrls = [] } = await aws.queues.send(
      new ListQueuesCommand({ QueueNamePrefix: "order-pipeline-smoke" }),
    );
    const s3 = new S3({
      endpoint: host.awsEndpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      forcePathStyle: true,
    });
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: host.output("import_bucket") });
    s3.destroy();
    return [...QueueUrls, ...Contents.map(({ Key = "" }) => Key)].filter((name) => name.includes("smoke"));
  };

  describe("orders smoke", () => {
    it("follows an order of each way in to its end, hears of it as a partner, and leaves nothing but the orders", async () => {
      const { code, stderr, stdout } = await orders.run(["smoke"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const { passed, checks, left } = reportOf({ stdout });
      expect(passed).toBe(true);
      expect(checks.map(({ check }) => check).sort()).toEqual([
        "a partner subscribes to order events",
        "an order that comes by API is shipped",
        "an order that comes by file is shipped",
        "an order that comes by topic is shipped",
        "no alarm is on",
        "the metrics count them",
        "the partner receives placed, paid and shipped for each",
        "the test's resources are removed",
      ]);
      expect(new Set(left.order_ids).size).toBe(3);
      for (const id of left.order_ids) {
        expect(await orders.stored(id)).toMatchObject({ customer_id: left.customer_id, status: "SHIPPED" });
      }
      expect(await leftInAws()).toEqual([]);
    });

    it("does the same on a stack, by its outputs, a token and AWS credentials", async () => {
      const { host } = orders.started;
      const env = {
        PATH: standInPulumi(join(host.folder, "pulumi-of-smoke"), { dev: host.outputs }),
        ORDERS_TOKEN: host.token,
        AWS_ENDPOINT_URL: host.awsEndpoint,
        // By its address: a bucket's name in front of `localhost` is not a name that every machine knows.
        AWS_ENDPOINT_URL_S3: host.awsEndpoint.replace("localhost", "127.0.0.1"),
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
      };
      const { code, stderr, stdout } = await runOrders(["--stack", "dev", "smoke"], { env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(reportOf({ stdout })).toMatchObject({ passed: true, checks: { length: 8 } });
      expect(await leftInAws()).toEqual([]);
    });

    it("fails a canary whose order is declined, says which and why, and cleans up all the same", async () => {
      const { code, stderr, stdout } = await orders.run(["smoke", "--canary", "--payment-method", "tok_declined"]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^an order that comes by API is shipped: The order \S+ ended REJECTED: .*declined/);
      expect(reportOf({ stdout }).checks.filter(({ passed }) => !passed)).toHaveLength(1);
      expect(await leftInAws()).toEqual([]);
    });

    it("finds out that the bus does not deliver, though every call to it succeeds", async () => {
      const { aws, host } = orders.started;
      const { QueueUrls = [] } = await aws.queues.send(new ListQueuesCommand({ QueueNamePrefix: "orders-transform-" }));
      const name = QueueUrls.map((url) => url.split("/").at(-1) ?? "").find((it) => !it.includes("dlq"));
      const resource = `arn:aws:sqs:eu-central-1:000000000000:${name}`;
      const delivery = { holder: "events.amazonaws.com", action: "sqs:SendMessage", resource };
      const change = async (denied: boolean) => {
        const body = JSON.stringify({ ...delivery, denied });
        const headers = { "content-type": "application/json" };
        const { status } = await fetch(`${host.awsEndpoint}/_local/iam`, { method: "POST", headers, body });
        expect(status).toBe(200);
      };
      await change(true);
      try {
        const { code, stderr } = await orders.run(["smoke", "--canary", "--timeout", "5"]);
        expect(code).toBe(1);
        expect(stderr).toMatch(
          /^the partner receives placed, paid and shipped for each: For the order \S+ the partner/,
        );
        expect(stderr).toContain("the partner received nothing, not OrderPlaced, OrderPaid, OrderShipped");
      } finally {
        await change(false);
        // A target that may not be sent to is not tried again: its events wait among the dead letters.
        await orders.run(["dlq", "redrive", "orders-changed-dlq"]);
      }
    });

    it.runIf(hasTerminal)("shows each check to a person as it ends", async () => {
      const { stdout } = await orders.runOnTerminal(["smoke", "--canary"]);
      expect(stdout).toMatch(/passed.*an order that comes by API is shipped/);
      expect(stdout).not.toContain("{");
    });
  });
}
