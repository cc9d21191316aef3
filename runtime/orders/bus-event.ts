import * as z from "zod";
import { orderEventDetailSchema, orderEventTypeSchema } from "./order-event";

/** An order's event as rules of the bus deliver it; EventBridge adds more around it. */
export const busEventSchema = z.object({ "detail-type": orderEventTypeSchema, detail: orderEventDetailSchema });

export type BusEvent = Readonly<z.infer<typeof busEventSchema>>;
