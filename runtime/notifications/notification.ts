import type { PartnerEvent } from "../partners/partner-event";
import type { AlarmChange } from "./alarm-change";
import { redacted } from "./redacted";

/** What people should know; without secrets. */
export interface Notification {
  readonly severity: "problem" | "solved" | "information";
  readonly title: string;
  /** What it means and what to do. */
  readonly text: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** An alarm changed its state. */
export const alarmNotification = (alarm: AlarmChange): Notification => ({
  severity: alarm.NewStateValue === "ALARM" ? "problem" : "solved",
  title: redacted(`${alarm.NewStateValue}: ${alarm.AlarmName}`),
  text: redacted(alarm.AlarmDescription ?? "The alarm has no description."),
  facts: [
    { name: "Reason", value: redacted(alarm.NewStateReason) },
    { name: "Since", value: redacted(alarm.StateChangeTime) },
  ],
});

/** An order was rejected. A chat gets neither the items nor the customer, only the order's id. */
export const rejectionNotification = ({ time, source, data: { order } }: PartnerEvent): Notification => ({
  severity: "information",
  title: `Order rejected: ${(order.rejection_reason ?? "no reason given").replaceAll("_", " ")}`,
  text: `${source}/${order.order_id}`,
  facts: [
    { name: "Order", value: order.order_id },
    { name: "Lines", value: String(order.items.length) },
    { name: "Rejected at", value: time },
  ],
});
