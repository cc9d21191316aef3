import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { place } from "./order-scenarios";
import { nameOf, subjectOf } from "./permissions";
import { type Proof, provePermissions, removeEach } from "./prove-permissions";
import { RunningSystem } from "./running-system";

/** Milliseconds; all of it takes two minutes on an idle machine with two cores. */
const enough = 600_000;

let system: RunningSystem;
let proof: Proof;

beforeAll(async () => {
  system = await RunningSystem.start();
  proof = await provePermissions(system, () => undefined);
}, enough);

afterAll(() => system?.end());

describe("the program's permissions", () => {
  it("suffice for everything that the pipeline does", () => {
    expect(proof.failures).toEqual([]);
    expect(proof.denied).toEqual([]);
  });

  it("are all used", () => {
    const unused = proof.evidence.filter(
      ({ usedBy, usedAtStart, notHere }) => usedBy.length === 0 && !usedAtStart && notHere === undefined,
    );
    expect(unused.map(({ permission }) => nameOf(permission))).toEqual([]);
    expect(proof.evidence.length).toBeGreaterThan(100);
  });

  it("are what a function fails for want of, with the error that it would get on AWS", async () => {
    const put = proof.evidence.find(
      ({ permission }) => subjectOf(permission) === "orders-place-order" && permission.action === "dynamodb:PutItem",
    )?.permission;
    if (put === undefined) throw new Error("place-order may not put an order");
    const since = Date.now();
    await system.permissions.remove(put);
    const order = { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] };
    const { status, body } = await system.orders.place(order);
    await system.permissions.giveBack(put);
    expect([status, body["error"]]).toEqual([500, "internal_error"]);
    const [role, functionName] = [put.holder.split("/").at(-1), await system.functionNamed("orders-place-order")];
    const error = {
      name: "AccessDeniedException",
      message: `User: arn:aws:sts::000000000000:assumed-role/${role}/${functionName} is not authorized to perform: dynamodb:PutItem on resource: ${put.resource} because no identity-based policy allows the dynamodb:PutItem action`,
    };
    const logGroup = await system.logGroupOf("orders-place-order");
    await eventually(async () => {
      const lines = (await system.logLines(logGroup, since)).filter((line) => line.includes("request failed"));
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ err: error }]);
    });
    expect((await system.orders.place(order)).status).toBe(201);
  });

  it("of the bus on a queue: without its policy events go to dead letters, and that raises the alarm", {
    timeout: 90_000,
  }, async () => {
    await system.setAlarm("orders-placed-dlq-not-empty", "begin", "OK");
    await system.withoutPolicy("orders-fulfilment", async () => {
      await system.messageWith("orders-placed-dlq", await place(system), 10_000);
    });
    await eventually(async () => expect(await system.alarmState("orders-placed-dlq-not-empty")).toBe("ALARM"), 75_000);
    await system.emptyQueue("orders-placed-dlq");
  });

  it("are missed, each of them: without it something fails, in the words that AWS has for it", {
    timeout: enough,
  }, async () => {
    expect(await removeEach(system, proof, () => undefined)).toEqual([]);
  });
});
