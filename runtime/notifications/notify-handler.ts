import { SSMClient } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { callLimits } from "../aws/call-limits";
import { parameterStoreSecret } from "../aws/secret";
import { log } from "../lambda/log";
import { messageWorker } from "../lambda/message-worker";
import { type QueueWorker, queueHandler } from "../lambda/queue-handler";
import { messageAttributes, type TracedWork, tracedWork } from "../lambda/traced-work";
import { recordBy } from "../orders/record-metrics";
import { partnerEventSchema } from "../partners/partner-event";
import { headerOfTraceparent } from "../values/trace-context";
import { alarmChangeSchema } from "./alarm-change";
import { type News, type NotifyPorts, notify } from "./notify";
import { slackChannel } from "./slack-channel";

const newsSchema = z.union([
  alarmChangeSchema.transform((alarm) => ({ kind: "alarm" as const, alarm })),
  partnerEventSchema.transform((event) => ({ kind: "event" as const, event })),
]);

/** Notifies people of each alarm and each rejected order in the queue. */
export const notifyWorker = (ports: NotifyPorts): QueueWorker => {
  const notifyPeople = notify(ports);
  return messageWorker({
    schema: newsSchema,
    expected: "an alarm or an event for partners",
    work: async (news, id) => {
      const about = {
        message_id: id,
        ...(news.kind === "alarm"
          ? { alarm: news.alarm.AlarmName, state: news.alarm.NewStateValue }
          : { order_id: news.event.subject, event_id: news.event.id, correlation_id: news.event.correlationid }),
      };
      const work = async () => {
        try {
          if ((await notifyPeople(news)) === "posted") log.info(about, "notification posted");
          return "done";
        } catch (err) {
          log.error({ ...about, err }, "notification not posted");
          recordBy("WorkFailed", { Step: "notify" });
          return "failed";
        }
      };
      return tracedWork(newsWork(news, id), work, (ended) => ended === "failed");
    },
  });
};

/** An alarm belongs to no trace. */
const newsWork = (news: News, messageId: string): TracedWork => ({
  name: "notify",
  header: news.kind === "alarm" ? undefined : headerOfTraceparent(news.event.traceparent),
  annotations: news.kind === "alarm" ? {} : { order_id: news.event.subject },
  attributes: messageAttributes("process", messageId),
});

export const notifyHandler = queueHandler({
  environment: z.object({ SLACK_WEBHOOK_PARAMETER: z.string().min(1) }),
  build: ({ SLACK_WEBHOOK_PARAMETER }) =>
    notifyWorker({
      channel: slackChannel({
        webhookUrl: parameterStoreSecret(new SSMClient({ requestHandler: callLimits }), SLACK_WEBHOOK_PARAMETER),
      }),
    }),
});
