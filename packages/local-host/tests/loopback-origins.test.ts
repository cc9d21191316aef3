import { describe, expect, it } from "vitest";
import { withoutLoopbackOrigins } from "../src/kernel/program/loopback-origins";

describe("settings without loopback origins", () => {
  it("are the same whatever ports the services on this machine have", () => {
    const at = (one: number, other: number) =>
      withoutLoopbackOrigins({
        pay: `http://127.0.0.1:${one}/pay`,
        ship: `http://localhost:${other}`,
        hooks: `[{"url":"http://127.0.0.1:${one}/hook"}]`,
      }).config;
    expect(at(3001, 3002)).toEqual(at(51234, 999));
    expect(at(3001, 3002)).toEqual({
      hooks: '[{"url":"http://localhost:60000/hook"}]',
      pay: "http://localhost:60000/pay",
      ship: "http://localhost:60001",
    });
  });

  it("differ when services are one that were two", () => {
    const { config } = withoutLoopbackOrigins({ pay: "http://127.0.0.1:1/pay", ship: "http://127.0.0.1:1/ship" });
    expect(config).toEqual({ pay: "http://localhost:60000/pay", ship: "http://localhost:60000/ship" });
  });

  it("are put back into what was declared, each its own, though one looks like the stand-in of another", () => {
    const { config, restore } = withoutLoopbackOrigins({ a: "http://localhost:60001", b: "http://localhost:60000/b" });
    expect(restore(JSON.stringify(config))).toBe('{"a":"http://localhost:60001","b":"http://localhost:60000/b"}');
  });

  it("keep every other address as it is", () => {
    const config = { url: "https://localhost:8443", other: "http://payments.example:80", mail: "me@localhost" };
    expect(withoutLoopbackOrigins(config).config).toEqual(config);
    expect(withoutLoopbackOrigins(config).restore("http://localhost:5173")).toBe("http://localhost:5173");
  });
});
