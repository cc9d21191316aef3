import { SSMClient } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { callLimits } from "../aws/call-limits";
import { parameterStoreSecret } from "../aws/secret";
import { serviceClient } from "./http-service-client";
import { httpShipping } from "./http-shipping";
import { keyParameter, serviceUrl } from "./service-environment";
import type { Shipping } from "./shipping";
import { simulatedShipping } from "./simulated-shipping";

export const shippingEnvironment = z.object({ SHIPPING_URL: serviceUrl, SHIPPING_KEY_PARAMETER: keyParameter });

/** The shipping service that the environment names. */
export const shippingFrom = ({
  SHIPPING_URL,
  SHIPPING_KEY_PARAMETER,
}: z.infer<typeof shippingEnvironment>): Shipping =>
  SHIPPING_URL === "simulated"
    ? simulatedShipping()
    : httpShipping(
        serviceClient({
          name: "shipping service",
          baseUrl: SHIPPING_URL,
          key:
            SHIPPING_KEY_PARAMETER === undefined
              ? undefined
              : parameterStoreSecret(new SSMClient({ requestHandler: callLimits }), SHIPPING_KEY_PARAMETER),
        }),
      );
