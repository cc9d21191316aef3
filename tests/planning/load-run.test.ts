import { afterAll, beforeAll, expect, it } from "vitest";
import { htmlReport, summaryOf } from "../../planning/load/load-report";
import { runLoad } from "../../planning/load/run-load";
import { type StartedHost, startedHost } from "../support/started-host";

let started: StartedHost;

beforeAll(async () => {
  started = await startedHost();
});

afterAll(() => started.end());

it("a load places every order of its shape and its file, follows each to its end, and makes a page of it", async () => {
  const { host } = started;
  const target = {
    api: host.api,
    token: host.token,
    aws: {
      region: "eu-central-1",
      endpoint: host.awsEndpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      forcePathStyle: true,
    },
    fulfilmentQueueUrl: host.output("fulfilment_queue_url"),
    importBucket: host.output("import_bucket"),
  };
  const shape = { name: "short", phases: [{ name: "only", duration: 2, arrivalRate: 6 }], importRows: 5 };
  const result = await runLoad({ target, shape, factor: 1, patience: 60 });
  expect(summaryOf(result)).toMatchObject({
    requests: 12,
    accepted: 12,
    shipped: 12,
    lost: 0,
    imported: { rows: 5, accepted: 5 },
  });
  expect(result.queue.length).toBeGreaterThan(0);
  const page = htmlReport(result, "a host of the test");
  expect(page.match(/<path class="line"/g)).toHaveLength(4 + 3 + 1 + 1);
  expect(page).not.toMatch(/<script|src=|<link/);
}, 120_000);
