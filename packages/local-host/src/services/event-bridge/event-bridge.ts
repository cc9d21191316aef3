import type { Service } from "../../kernel/service";
import { type EventBusHost, eventBusHost } from "./event-bus-host";
import { eventBridgeDeclaration } from "./resource-types";

export const eventBridge: Service<EventBusHost> = {
  ...eventBridgeDeclaration,
  host: (context) => eventBusHost(context),
};
