export const header = "customer_id,item,quantity\n";
/** A file of orders, one in each row. */
export const rowsOf = (count: number) =>
  header + Array.from({ length: count }, (_, index) => `ada,Item ${index},1\n`).join("");
