import { describe, expect, it } from "vitest";
import { HopCounter } from "../../src/console/flow/hop-counter";
import { type AccessCheck, allowEverything } from "../../src/kernel/endpoint/access-control";
import type { Principal } from "../../src/kernel/endpoint/principal";

const table = "arn:aws:dynamodb:us-east-1:000000000000:table/photos";
const catalogue: Principal = { kind: "role", roleArn: "arn:aws:iam::000000000000:role/any", actor: "catalogue" };

const counted = (check: (check: AccessCheck) => void = () => undefined) => {
  const clock = { now: 1_000_000 };
  const counter = new HopCounter(() => clock.now);
  return { clock, counter, access: counter.counting({ ...allowEverything, check }) };
};

describe("the counter of calls", () => {
  it("counts what a function writes and reads, an index as its table", () => {
    const { counter, access } = counted();
    access.check({ principal: catalogue, action: "dynamodb:PutItem", resourceArn: table });
    access.check({ principal: catalogue, action: "dynamodb:Query", resourceArn: `${table}/index/by-date` });
    access.check({ principal: catalogue, action: "dynamodb:PutItem", resourceArn: table });
    expect(counter.lastMinute("catalogue", table, "write")).toBe(2);
    expect(counter.lastMinute("catalogue", table, "read")).toBe(1);
  });

  it("forgets a call after a minute", () => {
    const { counter, access, clock } = counted();
    access.check({ principal: catalogue, action: "dynamodb:PutItem", resourceArn: table });
    clock.now += 54_000;
    access.check({ principal: catalogue, action: "dynamodb:PutItem", resourceArn: table });
    expect(counter.lastMinute("catalogue", table, "write")).toBe(2);
    clock.now += 10_000;
    expect(counter.lastMinute("catalogue", table, "write")).toBe(1);
    clock.now += 3_600_000;
    expect(counter.lastMinute("catalogue", table, "write")).toBe(0);
  });

  it("knows the route that an API's call is for, whatever its stage", () => {
    const { counter, access } = counted();
    const [api, add] = ["arn:aws:execute-api:us-east-1:000000000000:album", "arn:aws:lambda:us-east-1:0:function:add"];
    const sourceArn = `${api}/$default/POST/photos/{id}/prints`;
    const principal = { kind: "service", service: "apigateway.amazonaws.com", sourceArn } as const;
    access.check({ principal, action: "lambda:InvokeFunction", resourceArn: add });
    expect(counter.lastMinute(`${api} POST /photos/{id}/prints`, add, "write")).toBe(1);
  });

  it("counts no call that was refused, none that only looks for work, and none of a person", () => {
    const { counter, access } = counted(({ action }) => {
      if (action === "dynamodb:DeleteItem") throw new Error("denied");
    });
    const queue = "arn:aws:sqs:us-east-1:000000000000:films";
    expect(() => access.check({ principal: catalogue, action: "dynamodb:DeleteItem", resourceArn: table })).toThrow();
    access.check({ principal: catalogue, action: "sqs:ReceiveMessage", resourceArn: queue });
    access.check({ principal: { kind: "developer" }, action: "dynamodb:PutItem", resourceArn: table });
    expect(counter.lastMinute("catalogue", table, "write")).toBe(0);
    expect(counter.lastMinute("catalogue", queue, "read")).toBe(0);
  });
});
