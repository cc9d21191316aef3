import { describe } from "vitest";
import { inMemoryOrders } from "./in-memory-orders";
import { ordersContract } from "./orders-contract";

describe("the orders in memory, on which other tests run", () => {
  ordersContract(async () => inMemoryOrders());
});
