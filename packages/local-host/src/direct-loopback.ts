/**
 * With NODE_USE_ENV_PROXY set, Node's fetch sends every request through HTTP_PROXY, and no proxy reaches the hosts of this
 * machine. `fetch` reads the variable at each request; the lower-case one is the one that counts.
 * (Node.js, "Command-line API", NODE_USE_ENV_PROXY.)
 */
export function keepLoopbackDirect(environment: NodeJS.ProcessEnv): void {
  const proxied = environment["no_proxy"] ?? environment["NO_PROXY"];
  if (proxied?.trim() === "*") return;
  environment["no_proxy"] = [proxied, "localhost", "127.0.0.1", "[::1]"].filter(Boolean).join(",");
}
