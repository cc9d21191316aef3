import { setImmediate as nextTurn } from "node:timers/promises";
import * as z from "zod";
import type { ActionService } from "../kernel/endpoint/aws-service";
import type { Principal } from "../kernel/endpoint/principal";
import type { FoundLine, FoundLines } from "./console-data";

/** Most lines that a page is sent: the latest of them. */
const mostLines = 300;

const principal: Principal = { kind: "developer" };
const groupNames = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });
const found = z.object({ events: z.array(z.object({ timestamp: z.number(), message: z.string() })) });

/** Every line of every log group that has a text in it, in the sequence of time. */
export const searchLogs = async (logs: Pick<ActionService, "call">, text: string): Promise<FoundLines> => {
  const call = (action: string, input: Readonly<Record<string, unknown>>) => logs.call({ principal, action, input });
  const { logGroups } = groupNames.parse(await call("DescribeLogGroups", {}));
  const lines: FoundLine[] = [];
  for (const { logGroupName } of logGroups) {
    const filterPattern = `"${text.replaceAll('"', "")}"`;
    const { events } = found.parse(
      await call("FilterLogEvents", { logGroupName, filterPattern, limit: mostLines + 1 }),
    );
    lines.push(...events.map(({ timestamp, message }) => ({ at: timestamp, group: logGroupName, message })));
    // A group's file is read at one go; what else the host does comes between two of them.
    await nextTurn();
  }
  const inTime = lines.toSorted((one, other) => one.at - other.at);
  return { lines: inTime.slice(-mostLines), more: Math.max(0, inTime.length - mostLines) };
};
