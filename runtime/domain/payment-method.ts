import { text } from "./text";

/** Opaque to this system: a token that the payment service understands. */
export const paymentMethodSchema = text(255);
