import { type SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import type { FulfilmentInput, FulfilmentOutcome, FulfilmentWorkflow } from "./fulfilment-workflow";

/** An Express workflow, run synchronously: the call answers when the execution has ended. */
export const stepFunctionsWorkflow = (client: SFNClient, stateMachineArn: string): FulfilmentWorkflow => ({
  run: async (name: string, input: FulfilmentInput): Promise<FulfilmentOutcome> => {
    const start = new StartSyncExecutionCommand({
      stateMachineArn,
      name,
      input: JSON.stringify(input),
      traceHeader: input.trace.x_ray,
    });
    const { status, error } = await client.send(start);
    return status === "SUCCEEDED"
      ? { kind: "succeeded" }
      : { kind: "failed", error: error ?? status ?? "the execution's end was not reported" };
  },
});
