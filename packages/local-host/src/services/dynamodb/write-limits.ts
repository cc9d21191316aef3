import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import { tableNameOf } from "./requested-access";

const change = z.looseObject({
  TableName: z.string(),
  OnDemandThroughput: z.strictObject({
    /** -1 takes the limit away. */
    MaxWriteRequestUnits: z.union([z.int().min(1), z.literal(-1)]),
  }),
});

type Input = Readonly<Record<string, unknown>>;

/** Items that a request writes. A unit is up to 1 KB of one item; larger items count as one unit here. */
const itemsWritten = (action: string, input: Input): number => {
  if (action === "BatchWriteItem") return Object.values(Object(input["RequestItems"])).flat().length;
  if (action === "TransactWriteItems") return 2 * [input["TransactItems"]].flat().length;
  return 1;
};

/**
 * The writes a second that tables may take at most, as UpdateTable sets them: what is more is throttled.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
 */
export class WriteLimits {
  private readonly limits = new Map<string, { readonly perSecond: number; second: number; used: number }>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Takes a request of UpdateTable that sets a limit; says whether it was one. @throws AwsError for one that cannot be */
  set(action: string, input: Input): boolean {
    if (action !== "UpdateTable" || input["OnDemandThroughput"] === undefined) return false;
    const parsed = change.safeParse(input);
    if (!parsed.success) throw new AwsError("ValidationException", z.prettifyError(parsed.error));
    const { TableName, OnDemandThroughput } = parsed.data;
    const { MaxWriteRequestUnits: perSecond } = OnDemandThroughput;
    const table = tableNameOf(TableName);
    if (perSecond === -1) this.limits.delete(table);
    else this.limits.set(table, { perSecond, second: 0, used: 0 });
    return true;
  }

  /** Counts a write. @throws AwsError ThrottlingException when it is more than the table may take in this second */
  take(table: string, action: string, input: Input): void {
    const limit = this.limits.get(table);
    if (limit === undefined) return;
    const second = Math.floor(this.now() / 1_000);
    if (second !== limit.second) Object.assign(limit, { second, used: 0 });
    const units = itemsWritten(action, input);
    if (limit.used > 0 && limit.used + units > limit.perSecond) {
      throw new AwsError(
        "ThrottlingException",
        "Throughput exceeds the maximum OnDemandThroughput configured on table or index",
      );
    }
    limit.used += units;
  }
}
