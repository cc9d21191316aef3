import { join } from "node:path";
import type { WorkCounts } from "../cost/work-counts";
import { burstPicture, markdownQuotas, markdownReport } from "./capacity-report";
import { planCapacity } from "./plan-capacity";

const docs = join(__dirname, "../../docs");

export const capacityDocument = join(docs, "capacity.md");

const demand = { serviceSeconds: 0.3, slower: 1, accountConcurrency: 1_000 };
const shape = { rate: 10_000, rampSeconds: 60, holdSeconds: 60 };

/** What prod would have to set for 500 orders a second. */
const raised = {
  reservedConcurrency: "450",
  accountConcurrency: "10000",
  throttling: '{"write":{"rate":600,"burst":1200}}',
};

export interface CapacityDocument {
  /** Generated parts of docs/capacity.md, by name. */
  readonly parts: Readonly<Record<string, string>>;
  /** Pictures, by file. */
  readonly pictures: Readonly<Record<string, string>>;
}

export async function generateCapacityDocument(counts: WorkCounts): Promise<CapacityDocument> {
  const declared = await planCapacity("prod", {}, counts, { ...demand, rate: 10_000 }, shape);
  const lifted = await planCapacity(
    "prod",
    raised,
    counts,
    { ...demand, rate: 500, accountConcurrency: 10_000 },
    shape,
  );
  return {
    parts: {
      declared: markdownReport(declared),
      raised: markdownReport(lifted),
      quotas: markdownQuotas(),
    },
    pictures: {
      [join(docs, "images/burst-prod.svg")]: burstPicture(declared),
      [join(docs, "images/burst-prod-raised.svg")]: burstPicture(lifted),
    },
  };
}
