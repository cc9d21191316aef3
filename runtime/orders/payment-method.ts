import { text } from "../values/text";

/** Opaque to this system: a token that the payment service understands. */
export const paymentMethodSchema = text(255);
