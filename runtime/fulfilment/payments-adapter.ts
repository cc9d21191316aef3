import * as z from "zod";
import { httpPayments } from "./http-payments";
import type { Payments } from "./payments";
import { serviceClientFrom } from "./service-client-adapter";
import { keyParameter, serviceUrl } from "./service-environment";
import { simulatedPayments } from "./simulated-payments";

export const paymentEnvironment = z.object({ PAYMENT_URL: serviceUrl, PAYMENT_KEY_PARAMETER: keyParameter });

/** The payment service that the environment names. */
export const paymentsFrom = ({ PAYMENT_URL, PAYMENT_KEY_PARAMETER }: z.infer<typeof paymentEnvironment>): Payments =>
  PAYMENT_URL === "simulated"
    ? simulatedPayments()
    : httpPayments(serviceClientFrom("payment service", PAYMENT_URL, PAYMENT_KEY_PARAMETER));
