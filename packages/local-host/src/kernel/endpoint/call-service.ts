import { AwsError, type AwsService } from "./aws-service";
import { jsonInput } from "./json-service";
import type { Principal } from "./principal";

/** Calls an action of a service in process, in JSON, as ServiceCalls.callJson does; an error answer becomes an AwsError. */
export const callService = async (
  service: AwsService,
  principal: Principal,
  action: string,
  input: unknown,
): Promise<Readonly<Record<string, unknown>>> => {
  const answer = await service.handle({
    service: service.service,
    action,
    principal,
    method: "POST",
    url: "/",
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: Buffer.from(JSON.stringify(input)),
  });
  const output = jsonInput(Buffer.from(answer.body));
  if (answer.status < 400) return output;
  const type = String(output["__type"] ?? "InternalFailure");
  throw new AwsError(
    type.slice(type.indexOf("#") + 1),
    String(output["message"] ?? output["Message"] ?? ""),
    answer.status,
  );
};
