import { SSMClient } from "@aws-sdk/client-ssm";
import { callLimits } from "../aws/call-limits";
import { parameterStoreSecret } from "../aws/secret";
import { type ServiceClient, serviceClient } from "./http-service-client";

/** A client of the service at a URL, with the API key in a parameter if the service needs one. */
export const serviceClientFrom = (name: string, baseUrl: string, keyParameter: string | undefined): ServiceClient =>
  serviceClient({
    name,
    baseUrl,
    key:
      keyParameter === undefined
        ? undefined
        : parameterStoreSecret(new SSMClient({ requestHandler: callLimits }), keyParameter),
  });
