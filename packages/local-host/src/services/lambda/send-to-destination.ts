import type { Principal } from "../../kernel/endpoint/principal";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";

export type DestinationCalls = Pick<ServiceCalls, "sendMessage" | "publish" | "putEvents" | "invokeFunctionAsync">;

export interface InvocationRecord {
  readonly outcome: "Success" | "Failure";
  /** With the qualifier. */
  readonly functionArn: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/**
 * Sends an invocation record to a function's destination as the function's role, whatever kind of resource it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const sendToDestination = async (
  calls: DestinationCalls,
  principal: Principal,
  destinationArn: string,
  { outcome, functionArn, record }: InvocationRecord,
): Promise<void> => {
  const service = destinationArn.split(":")[2];
  const body = JSON.stringify(record);
  switch (service) {
    case "sqs":
      return calls.sendMessage(principal, destinationArn, { body });
    case "sns":
      return calls.publish(principal, destinationArn, { body });
    case "lambda":
      return calls.invokeFunctionAsync(principal, destinationArn, record);
    case "events":
      return calls.putEvents(principal, destinationArn, {
        source: "lambda",
        detailType: `Lambda Function Invocation Result - ${outcome}`,
        detail: body,
        resources: [destinationArn, functionArn],
      });
    default:
      throw new Error(
        `${destinationArn} cannot be a destination of a function: it must be a queue, a topic, a function or an event bus`,
      );
  }
};
