import { describe, expect, it } from "vitest";
import { keepLoopbackDirect } from "../src/direct-loopback";

const noProxyAfter = (environment: Record<string, string>): string | undefined => {
  keepLoopbackDirect(environment);
  return environment["no_proxy"];
};

describe("requests to this machine", () => {
  it("pass no proxy, whatever else is said to pass none", () => {
    expect(noProxyAfter({})).toBe("localhost,127.0.0.1,[::1]");
    expect(noProxyAfter({ NO_PROXY: ".example.com" })).toBe(".example.com,localhost,127.0.0.1,[::1]");
    expect(noProxyAfter({ NO_PROXY: "a", no_proxy: "b" })).toBe("b,localhost,127.0.0.1,[::1]");
    expect(noProxyAfter({ no_proxy: "*" })).toBe("*");
  });
});
