import * as z from "zod";
import type { Engine } from "./engine";
import type { StreamLog } from "./stream-log";
import type { TableDeclaration } from "./table-declaration";

const scan = z.object({
  Items: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))).default([]),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});

/** Removes the items of a table whose time to live is over, as the service's own doing; says how many. */
export const expireItems = async (engine: Engine, log: StreamLog, table: TableDeclaration): Promise<number> => {
  const attribute = table.timeToLiveAttribute;
  if (attribute === undefined) return 0;
  const now = { ":now": { N: String(Math.floor(Date.now() / 1000)) } };
  let removed = 0;
  let from: Readonly<Record<string, unknown>> | undefined;
  do {
    const page = await engine.send(
      "DynamoDB_20120810.Scan",
      JSON.stringify({
        TableName: table.name,
        FilterExpression: "#ttl <= :now",
        ExpressionAttributeNames: { "#ttl": attribute },
        ExpressionAttributeValues: now,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    if (page.status !== 200) return removed;
    const { Items, LastEvaluatedKey } = scan.parse(JSON.parse(page.body.toString()));
    for (const item of Items) {
      const key = Object.fromEntries(table.keySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]));
      const answer = await engine.send(
        "DynamoDB_20120810.DeleteItem",
        JSON.stringify({
          TableName: table.name,
          Key: key,
          ConditionExpression: "#ttl <= :now",
          ExpressionAttributeNames: { "#ttl": attribute },
          ExpressionAttributeValues: now,
        }),
      );
      if (answer.status !== 200) continue;
      log.markExpired(table.name, key);
      removed += 1;
    }
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return removed;
};
