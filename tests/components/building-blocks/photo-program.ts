/** A program that is not the pipeline: each building block alone, with arguments that the pipeline does not give it. */
import { Table } from "@pulumi/aws/dynamodb/table";
import { Key } from "@pulumi/aws/kms/key";
import { Alarms } from "../../../components/building-blocks/alarms";
import { CallbackFunction } from "../../../components/building-blocks/callback-function";
import { consumeStream } from "../../../components/building-blocks/consume-stream";
import { Dashboard, graphsOf } from "../../../components/building-blocks/dashboard";
import { DeadLetterQueue } from "../../../components/building-blocks/dead-letter-queue";
import { EncryptionKey } from "../../../components/building-blocks/encryption-key";
import { EventBus } from "../../../components/building-blocks/event-bus";
import { FunctionSchedule } from "../../../components/building-blocks/function-schedule";
import { HttpApi } from "../../../components/building-blocks/http-api";
import { PrivateNetwork } from "../../../components/building-blocks/private-network";
import { SecretParameter } from "../../../components/building-blocks/secret-parameter";
import { Topic } from "../../../components/building-blocks/topic";
import { Webhook } from "../../../components/building-blocks/webhook";
import { WorkQueue } from "../../../components/building-blocks/work-queue";
import { resizePhotoHandler } from "./resize-photo-handler";

const accountId = "123456789012";
const callback = resizePhotoHandler;
const environment = { ALBUM: "holiday" };

/** A key of the program's own does as well as an EncryptionKey. */
const key = new Key("own");
new EncryptionKey("vault", { accountId, region: "eu-west-1" });

const alarms = new Alarms("bells", { key, accountId, email: "album@example.com" });
new Alarms("silent", { key, accountId });

const uploads = new Topic("uploads", { key: key.arn });
const bus = new EventBus("changes", { alarms, key, archiveDays: 7 });
const plainBus = new EventBus("plain-changes", { alarms });

const photos = new WorkQueue("photos", { alarms, key, deadLetterMeaning: "A photo was not resized.", maxReceives: 3 });
photos.consumedBy("resize-photo", {
  callback,
  environment,
  grants: [],
  timeout: 45,
  memory: 2048,
  batchSize: 4,
  maximumConcurrency: 12,
  reserved: true,
});
uploads.to(photos, { filter: { format: ["raw", "jpeg"] } });
bus.rule("photo-added", { description: "Added photos", pattern: { source: ["album"] } }).to(photos);
plainBus.rule("photo-moved", { description: "Moved photos", pattern: { source: ["album"] } }).to(photos);

const printers = new WorkQueue("printers", {
  alarms,
  deadLetterMeaning: "A print was not made.",
  visibilityTimeout: 900,
  maxWait: 7200,
  consumerAccounts: ["210987654321"],
});
uploads.to(printers, { name: "prints", raw: false });

new DeadLetterQueue("lost", { alarms, meaning: "A photo was lost." });

const { streamArn } = new Table("albums", {
  hashKey: "id",
  attributes: [{ name: "id", type: "S" }],
  streamEnabled: true,
});
consumeStream(
  "album-changes",
  {
    alarms,
    functionName: "index-album",
    streamArn,
    callback,
    environment,
    grants: [],
    batchSize: 10,
    parallelizationFactor: 1,
    deadLetterMeaning: "An album was not indexed.",
    behindMeaning: "The index is behind.",
  },
  { parent: bus },
);

const network = new PrivateNetwork("home", { region: "eu-west-1", endpoints: ["sqs"] });
const plain = new CallbackFunction("plain", { alarms, callback, environment, grants: [] });
new CallbackFunction("guarded", {
  alarms,
  callback,
  environment: { ALBUM: "holiday", THUMBNAIL_WIDTH: "120" },
  grants: [photos.grantSend(), photos.grantChangeVisibility()],
  key,
  logRetentionDays: 3,
  network,
  reservedConcurrency: 2,
  failedEventsMeaning: "A photo was not guarded.",
});
new FunctionSchedule("nightly", {
  accountId,
  alarms,
  target: plain,
  expression: "cron(0 3 * * ? *)",
  enabled: true,
  input: { album: "all" },
});
new SecretParameter("printer-pin", { value: "four-digits" });
new SecretParameter("printer-code", { value: "eight-digits", key });
new Webhook("print-shop", { alarms, topic: uploads, url: "https://prints.example/new", filter: { format: ["raw"] } });
const api = new HttpApi("album-api", {
  alarms,
  routes: {
    "GET /albums/{album_id}": { handledBy: plain, access: ["albums/read"], throttle: { rate: 5, burst: 10 } },
    "POST /albums": { handledBy: plain, access: "public", throttle: { rate: 1, burst: 2 } },
  },
  identity: { issuer: "https://login.example/", audience: ["albums"] },
  cors: { origins: ["https://album.example"], requestHeaders: ["authorization"], responseHeaders: [] },
  throttle: { rate: 5, burst: 10 },
  logRetentionDays: 7,
});
const shown = [photos, api, bus];
new Dashboard("wall", {
  region: "eu-west-1",
  bands: [
    {
      height: 4,
      parts: [
        { width: 16, markdown: "# Albums" },
        { width: 8, title: "Alarms that are on", alarms: alarms.arns.slice(0, 2), states: ["ALARM"] },
      ],
    },
    { heading: "## Steps", height: 5, parts: graphsOf("flow", shown).map((graph) => ({ width: 13, graph })) },
    {
      heading: "## Put aside",
      height: 6,
      parts: graphsOf("dead letters", shown).map((graph) => ({ width: 12, graph })),
    },
  ],
});
