import { SSMClient } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { callLimits } from "../aws/call-limits";
import { parameterStoreSecret } from "../aws/secret";
import { httpPayments } from "./http-payments";
import { serviceClient } from "./http-service-client";
import type { Payments } from "./payments";
import { keyParameter, serviceUrl } from "./service-environment";
import { simulatedPayments } from "./simulated-payments";

export const paymentEnvironment = z.object({ PAYMENT_URL: serviceUrl, PAYMENT_KEY_PARAMETER: keyParameter });

/** The payment service that the environment names. */
export const paymentsFrom = ({ PAYMENT_URL, PAYMENT_KEY_PARAMETER }: z.infer<typeof paymentEnvironment>): Payments =>
  PAYMENT_URL === "simulated"
    ? simulatedPayments()
    : httpPayments(
        serviceClient({
          name: "payment service",
          baseUrl: PAYMENT_URL,
          key:
            PAYMENT_KEY_PARAMETER === undefined
              ? undefined
              : parameterStoreSecret(new SSMClient({ requestHandler: callLimits }), PAYMENT_KEY_PARAMETER),
        }),
      );
