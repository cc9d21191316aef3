import { asksForCustomerKey, customerKeySettings } from "../customer-key";
import type { StackRule } from "../rule";
import { isSet } from "../value";

const archive = "aws:cloudwatch/eventArchive:EventArchive";

export const eventBusIsEncrypted: StackRule = {
  name: "event-bus-is-encrypted",
  area: "Encryption",
  reason:
    "An archive keeps every event of its bus; with a weaker key than the bus it gives away what the bus protects.",
  source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-at-rest.html",
  fix: "Set kmsKeyIdentifier on the bus where the stack asks for a key of its own, and on each archive of such a bus.",
  severity: "medium",
  settings: customerKeySettings,
  checkStack: (stack, settings) =>
    stack
      .of("aws:cloudwatch/eventBus:EventBus", archive)
      .filter(({ properties }) => !isSet(properties["kmsKeyIdentifier"]))
      .flatMap((resource) => {
        if (asksForCustomerKey(resource, settings)) {
          return [
            {
              resource,
              message: `${resource.label} is not encrypted with a key of the stack's own, which the stack asks for. Set kmsKeyIdentifier.`,
            },
          ];
        }
        const bus =
          resource.type === archive
            ? stack.referredBy(resource, "eventSourceArn", "aws:cloudwatch/eventBus:EventBus")
            : [];
        return bus
          .filter(({ properties }) => isSet(properties["kmsKeyIdentifier"]))
          .map(({ label }) => ({
            resource,
            message: `${resource.label} keeps the events of ${label} without the bus's key. Set kmsKeyIdentifier to the key of the bus.`,
          }));
      }),
};
