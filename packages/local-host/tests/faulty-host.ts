import { Readable } from "node:stream";
import { startAwsEndpoint } from "../src/kernel/endpoint/aws-endpoint";
import { Credentials } from "../src/kernel/endpoint/credentials";
import { type JsonAction, jsonService } from "../src/kernel/endpoint/json-service";
import { outliveFaults } from "../src/kernel/endpoint/request-faults";
import { HostEvents } from "../src/kernel/host-events";

const never = new Promise<never>(() => undefined);

/** Each fails in a way that no `try` around the call of the service can see; the answer would never come. */
const faults: Readonly<Record<string, JsonAction>> = {
  GetParameter: () => ({ well: true }),
  Timer: () => {
    setTimeout(() => {
      throw new Error("thrown in a timer");
    }, 1);
    return never;
  },
  Stream: () => {
    new Readable({ read: () => undefined }).destroy(new Error("a stream without a listener"));
    return never;
  },
  Rejection: () => {
    void Promise.reject(new Error("a rejection without a handler"));
    return never;
  },
  Event: () => {
    setImmediate(() => process.emit("SIGUSR2"));
    return never;
  },
  Header: () => ({}),
};

/** An endpoint in a process of its own, with a service that fails; says its port and its events. */
const run = async (): Promise<void> => {
  const events = new HostEvents();
  events.subscribe(({ what, detail }) =>
    process.stdout.write(`${what}: ${String(detail?.["error"]).split("\n")[0]}\n`),
  );
  process.on("SIGUSR2", () => {
    throw new Error("thrown in a listener");
  });
  outliveFaults(events);
  const { handle } = jsonService("ssm", ["AmazonSSM"], faults);
  const service = {
    service: "ssm",
    targets: ["AmazonSSM"],
    handle: async (request: Parameters<typeof handle>[0]) => {
      const answer = await handle(request);
      return request.action === "Header" ? { ...answer, headers: { "x-broken": "\n" } } : answer;
    },
  };
  const { port } = await startAwsEndpoint({ port: 0, services: [service], credentials: new Credentials(), events });
  process.stdout.write(`port ${port}\n`);
};

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
