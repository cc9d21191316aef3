import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DeployedStandIn, deployedStandIn } from "./deployed-stand-in";
import { done, type OrdersRun, type RunOptions, refused, resultsOf, runOrders } from "./run-orders";
import { standInPulumi } from "./stand-in-pulumi";

let folder: string;
let deployed: DeployedStandIn;
/** A stack that was destroyed: nobody listens there. */
let gone: DeployedStandIn;
let path: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orders-stack-"));
  deployed = await deployedStandIn();
  gone = await deployedStandIn();
  gone.end();
  const dev = {
    api_endpoint: deployed.url,
    intake_topic_arn: "arn:aws:sns:eu-west-3:111122223333:orders-intake",
    import_bucket: "orders-import",
    fulfilment_queue_url: "https://sqs.eu-west-3.amazonaws.com/111122223333/orders-fulfilment",
  };
  const pool = { token_endpoint: `${deployed.url}/oauth2/token`, user_pool_client_id: "back-end" };
  path = standInPulumi(join(folder, "bin"), {
    dev: { ...dev, ...pool },
    "own-issuer": dev,
    "other-api": { ...dev, api_endpoint: `${deployed.url}/elsewhere` },
    gone: { ...dev, api_endpoint: gone.url },
    photos: { bucket: "photos" },
  });
});

afterAll(() => {
  deployed?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs with the stand-in, from a folder that is not a project. */
const onStack = (stack: string, args: readonly string[], env: RunOptions["env"] = {}): Promise<OrdersRun> =>
  runOrders(["--stack", stack, ...args], { cwd: folder, env: { PATH: path, ...env } });

describe.concurrent("with --stack", () => {
  it("the API is the stack's, and the token its user pool's for the client's secret", async () => {
    const run = await onStack("dev", ["list", "--customer", "CUST-007"], { ORDERS_CLIENT_SECRET: "s3cret" });
    expect(run).toEqual(done('{"orders":[{"order_id":"o-1","status":"SHIPPED"}]}\n'));
    const authorization = `Basic ${Buffer.from("back-end:s3cret").toString("base64")}`;
    expect(deployed.received).toContainEqual({
      line: "POST /oauth2/token",
      authorization,
      body: "grant_type=client_credentials",
    });
    expect(deployed.received).toContainEqual({
      line: "GET /orders?limit=20&customer_id=CUST-007",
      authorization: "Bearer of-client",
      body: "",
    });
  });

  it("--token and ORDERS_TOKEN come before the secret", async () => {
    const env = { ORDERS_CLIENT_SECRET: "s3cret", ORDERS_TOKEN: "from-env" };
    const runs = [onStack("dev", ["token", "--token", "given"], env), onStack("dev", ["token"], env)];
    expect(await Promise.all(runs)).toEqual([done("given\n"), done("from-env\n")]);
  });

  it.each([
    [
      "no secret",
      "dev",
      {},
      (): string =>
        "A token is needed: give one with --token or ORDERS_TOKEN, or the back end's secret with ORDERS_CLIENT_SECRET.",
    ],
    [
      "a wrong secret",
      "dev",
      { ORDERS_CLIENT_SECRET: "wrong" },
      (): string =>
        `${deployed.url}/oauth2/token gave no token for the client back-end and ORDERS_CLIENT_SECRET: 400 {"error":"invalid_client"}`,
    ],
    [
      "no user pool",
      "own-issuer",
      { ORDERS_CLIENT_SECRET: "s3cret" },
      (): string => "A token is needed: give one with --token or ORDERS_TOKEN. The stack has no user pool to ask.",
    ],
  ])("%s is said, and what would be right", async (_, stack, env, message) => {
    expect(await onStack(stack, ["token"], env)).toEqual(refused(`${message()}\n`));
  });

  it("without the Pulumi CLI there is word of where to get it", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const message =
      "pulumi stack output --json --stack dev failed: the Pulumi CLI is not installed, see https://www.pulumi.com/docs/install/";
    expect(await onStack("dev", ["list"], { PATH: empty })).toEqual(refused(`${message}\n`));
  });

  it.each([
    ["test", "pulumi stack output --json --stack test failed: error: no stack named 'test' found"],
    [
      "photos",
      "The output of the stack photos is not of an order pipeline: it has bucket, and should have text for api_endpoint, intake_topic_arn, import_bucket, fulfilment_queue_url.",
    ],
  ])("%s is refused in Pulumi's words or by what is wrong with it", async (stack, message) => {
    expect(await onStack(stack, ["list", "--token", "given"])).toEqual(refused(`${message}\n`));
  });

  it("an API that does not answer is named with its stack", async () => {
    const message = `The stack gone does not answer at ${gone.url} (connect ECONNREFUSED ${new URL(gone.url).host}).`;
    expect(await onStack("gone", ["list", "--token", "given"])).toEqual(refused(`${message}\n`));
  });

  it("an endpoint that is not an API of orders is named with what it answers", async () => {
    const message = `${deployed.url}/elsewhere/openapi.json is not an API of orders: it answered 404 with "<html>Not here</html>", which is not a JSON object.`;
    expect(await onStack("other-api", ["schema"])).toEqual(refused(`${message}\n`));
  });
});

describe.concurrent("with --stack and AWS", () => {
  it("publish sends the order to the topic in its region, but none that would be a dead letter", async () => {
    const env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: deployed.url };
    const publish = (item: string, key: string) =>
      onStack("dev", ["publish", "--customer", "CUST-001", "--item", item, "--key", key], env);
    const [good, wrongItem, wrongKey] = await Promise.all([
      publish("Pen=3", "basket-17"),
      publish("Pen=0", "basket-18"),
      publish("Pen=3", "a,b"),
    ]);
    expect(resultsOf(good)).toEqual([
      {
        order_id: "454027dd-8b25-5493-a8c6-999bae8c1b70",
        message_id: "m-1",
        topic: "arn:aws:sns:eu-west-3:111122223333:orders-intake",
      },
    ]);
    const fieldRule = "/items/0/quantity must be a whole number from 1 to 10,000; it is 0";
    expect(wrongItem).toEqual(refused(`publish: ${fieldRule}\n`));
    const keyRule = "It must be 1 to 255 visible ASCII characters without a comma.";
    expect(wrongKey).toEqual(refused(`publish: The attribute idempotency_key is not a key. ${keyRule}\n`));
    const [sent, ...more] = deployed.received.filter(({ line }) => line === "POST /");
    expect(more).toEqual([]);
    expect(sent?.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/eu-west-3\/sns\//);
    const body = new URLSearchParams(sent?.body);
    expect(body.get("TopicArn")).toBe("arn:aws:sns:eu-west-3:111122223333:orders-intake");
    expect(body.get("Message")).toBe('{"customer_id":"CUST-001","items":[{"item":"Pen","quantity":3}]}');
    expect(body.get("MessageAttributes.entry.1.Name")).toBe("idempotency_key");
    expect(body.get("MessageAttributes.entry.1.Value.StringValue")).toBe("basket-17");
  });

  it("without credentials publish and import say so, even where the metadata service is silent", async () => {
    const silent = await listening();
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${silent.port}` };
    const file = join(folder, "orders.csv");
    writeFileSync(file, "customer_id,item,quantity\nCUST-001,Pen,1\n");
    const runs = await Promise.all([
      onStack("dev", ["publish", "--customer", "CUST-001", "--item", "Pen"], env),
      onStack("dev", ["import", file], env),
    ]);
    const refusal = refused(
      "There are no AWS credentials, which trace, publish, import, dlq, replay, smoke and load need on a stack: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (Could not load credentials from any providers).\n",
    );
    expect(runs).toEqual([refusal, refusal]);
    silent.end();
  });
});

/** A server that takes connections and says nothing. */
async function listening(): Promise<{ readonly port: number; end(): void }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("A TCP server has an address.");
  const end = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: address.port, end };
}
