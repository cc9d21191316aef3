import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { DeletionGuard } from "./components/building-blocks/deletion-guard";
import { OrderPipeline } from "./components/order-pipeline";
import { assertReservationsFit } from "./components/reservations";
import { readSettings } from "./settings";

const settings = readSettings();
assertReservationsFit(settings);
const tags = { project: pulumi.getProject(), stack: pulumi.getStack(), ...settings.tags };
const provider = new Provider("aws", { ...settings.provider, region: settings.region, defaultTags: { tags } });

const pipeline = new OrderPipeline("orders", settings, { provider });
new DeletionGuard("orders-guard", { protect: settings.protect, guards: pipeline });

export const api_endpoint = pipeline.api.endpoint;
export const dashboard_url = pipeline.dashboard.url;
export const dead_letter_queues = pipeline.alarms.deadLetterQueues;
export const event_bus_name = pipeline.bus.name;
export const fulfilment_dlq_url = pipeline.fulfilment.queue.deadLetters.url;
export const fulfilment_queue_url = pipeline.fulfilment.queue.url;
export const import_bucket = pipeline.fileIntake.bucket.name;
export const inbox_dlq_url = pipeline.topicIntake.inbox.deadLetters.url;
export const inbox_queue_url = pipeline.topicIntake.inbox.url;
export const intake_topic_arn = pipeline.topicIntake.topic.arn;
export const order_events_topic_arn = pipeline.events.topic.arn;
export const metrics = pipeline.metrics;
export const orders_table = pipeline.table.name;
export const partner_queue_urls = pipeline.events.partnerQueueUrls;
export const token_endpoint = pipeline.api.identity.tokenEndpoint;
export const user_pool_id = pipeline.api.identity.userPoolId;
export const user_pool_client_id = pipeline.api.identity.clientId;
