import * as z from "zod";
import type { Engine } from "./engine";
import { describeTable } from "./provision-table";

/** What the host must know of a table that a call has made, and the program does not declare. */
export interface UndeclaredTable {
  readonly name: string;
  readonly partitionKey: string | undefined;
  /** Undefined for a table without a stream. */
  readonly stream: { readonly streamArn: string; readonly viewType: string } | undefined;
}

const listed = z.object({ TableNames: z.array(z.string()), LastEvaluatedTableName: z.string().optional() });

/** Undefined when the table no longer exists. */
export const undeclaredTable = async (
  engine: Engine,
  name: string,
  arnPrefix: string,
): Promise<UndeclaredTable | undefined> => {
  const table = await describeTable(engine, name);
  if (table === undefined) return undefined;
  const { StreamSpecification: { StreamEnabled = false, StreamViewType = "" } = {}, LatestStreamArn } = table;
  return {
    name,
    partitionKey: table.KeySchema[0]?.AttributeName,
    stream:
      StreamEnabled && LatestStreamArn !== undefined
        ? { streamArn: LatestStreamArn.replace(engine.arnPrefix, arnPrefix), viewType: StreamViewType }
        : undefined,
  };
};

/** Names of the tables that earlier calls have left in the engine. */
export const undeclaredNames = async (engine: Engine, declared: ReadonlySet<string>): Promise<readonly string[]> => {
  const names: string[] = [];
  let after: string | undefined;
  do {
    const input = after === undefined ? {} : { ExclusiveStartTableName: after };
    const { body } = await engine.send("DynamoDB_20120810.ListTables", JSON.stringify(input));
    const page = listed.parse(JSON.parse(body.toString()));
    names.push(...page.TableNames);
    after = page.LastEvaluatedTableName;
  } while (after !== undefined);
  return names.filter((name) => !declared.has(name));
};
