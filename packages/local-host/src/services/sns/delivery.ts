import type { Principal } from "../../kernel/endpoint/principal";
import type { Notification } from "./notification";

/** Takes one notification to a subscription's endpoint; rejects when it was not accepted there. */
export type Delivery = (notification: Notification, principal: Principal) => Promise<void>;

/** By protocol. */
export type Deliveries = Readonly<Record<string, Delivery>>;
