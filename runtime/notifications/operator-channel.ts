import type { Notification } from "./notification";

export interface OperatorChannel {
  /** Resolves once the notification is there for people to read. Rejects with ServiceUnavailable when a later try may work. */
  post(notification: Notification): Promise<void>;
}
