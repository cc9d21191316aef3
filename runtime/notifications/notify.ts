import type { PartnerEvent } from "../partners/partner-event";
import { type AlarmChange, isNews } from "./alarm-change";
import { alarmNotification, type Notification, rejectionNotification } from "./notification";
import type { OperatorChannel } from "./operator-channel";

export interface NotifyPorts {
  readonly channel: OperatorChannel;
}

/** What people may need to know. */
export type News =
  | { readonly kind: "alarm"; readonly alarm: AlarmChange }
  | { readonly kind: "event"; readonly event: PartnerEvent };

/** Notifies people of alarms and rejected orders; anything else is ignored. */
export const notify =
  ({ channel }: NotifyPorts) =>
  async (news: News): Promise<"posted" | "no news"> => {
    const notification = notificationOf(news);
    if (notification === undefined) return "no news";
    await channel.post(notification);
    return "posted";
  };

const notificationOf = (news: News): Notification | undefined => {
  if (news.kind === "alarm") return isNews(news.alarm) ? alarmNotification(news.alarm) : undefined;
  return news.event.type === "OrderRejected" ? rejectionNotification(news.event) : undefined;
};
