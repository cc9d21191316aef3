import * as z from "zod";
import { httpShipping } from "./http-shipping";
import { serviceClientFrom } from "./service-client-adapter";
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
    : httpShipping(serviceClientFrom("shipping service", SHIPPING_URL, SHIPPING_KEY_PARAMETER));
