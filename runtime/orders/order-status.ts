import * as z from "zod";

export const orderStatuses = ["PENDING", "PAID", "SHIPPED", "REJECTED", "CANCELLED"] as const;

export const orderStatusSchema = z.enum(orderStatuses);

export type OrderStatus = z.infer<typeof orderStatusSchema>;
