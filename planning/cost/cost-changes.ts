import { declaredStack, field } from "../declared-stack";
import { billOf, type Demand } from "./bill";
import type { WorkCounts } from "./work-counts";

/** What a bill would be if one thing were different. */
export interface CostChange {
  readonly what: string;
  /** Dollars a month more, or less. */
  readonly usd: number;
}

const otherDemands = (demand: Demand): readonly (readonly [what: string, changed: Demand])[] => [
  ["twice as many orders", { ...demand, ordersPerDay: demand.ordersPerDay * 2 }],
  ["functions run three times as long as measured", { ...demand, slower: demand.slower * 3 }],
  ["payment and shipping take 1 s each", { ...demand, serviceMilliseconds: 1_000 }],
  ["each order is read ten times", { ...demand, readsPerOrder: 10 }],
  ["a back end asks for a token with each order", { ...demand, tokensPerDay: demand.ordersPerDay }],
  ["orders of three years in the table", { ...demand, monthsKept: 36 }],
];

/** Each an optional setting at the value that is not the stack's own, or another one of interest. */
const otherSettings = (
  settings: Readonly<Record<string, string>>,
  isSet: (name: string) => boolean,
): readonly (readonly [what: string, changed: Readonly<Record<string, string>>])[] => {
  const toggled = (name: string) =>
    [`\`${name}\` ${isSet(name) ? "off" : "on"}`, { ...settings, [name]: String(!isSet(name)) }] as const;
  return [
    toggled("customerManagedKey"),
    toggled("vpc"),
    ["`partners`: one queue with every event", { ...settings, partners: '[{"name":"another"}]' }],
    ["`webhooks`: one with every event", { ...settings, webhooks: '[{"url":"https://partner.shop.internal/orders"}]' }],
    ["`logRetentionDays` 3653", { ...settings, logRetentionDays: "3653" }],
    [
      "`auth`: an issuer of your own",
      { ...settings, auth: '{"issuer":"https://issuer.shop.internal","audience":["orders"]}' },
    ],
  ];
};

/**
 * What changes a stack's bill most, dearest first. The program is evaluated once for each setting: half a minute the first
 * time, and what it declared is kept.
 */
export async function costChanges(
  stack: string,
  settings: Readonly<Record<string, string>>,
  counts: WorkCounts,
  demand: Demand,
): Promise<readonly CostChange[]> {
  const graph = await declaredStack(stack, settings);
  const { usd, lines } = billOf(graph, counts, demand);
  const isSet = (name: string): boolean =>
    name === "vpc"
      ? graph.resources.some(({ type }) => type === "awsx:ec2:Vpc")
      : graph.resources.some(
          ({ type, inputs }) => type.endsWith(":Table") && field(inputs["serverSideEncryption"], "enabled") === true,
        );
  const changes: CostChange[] = otherDemands(demand).map(([what, changed]) => ({
    what,
    usd: billOf(graph, counts, changed).usd - usd,
  }));
  for (const [what, changed] of otherSettings(settings, isSet)) {
    changes.push({ what, usd: billOf(await declaredStack(stack, changed), counts, demand).usd - usd });
  }
  const tracing = lines.find(({ price }) => price === "traces")?.usd ?? 0;
  changes.push({ what: "no tracing (a policy demands it)", usd: -tracing });
  return changes.sort((one, other) => Math.abs(other.usd) - Math.abs(one.usd));
}
