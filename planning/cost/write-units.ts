import type { AttributeValue } from "@aws-sdk/client-dynamodb-streams";

type Item = Readonly<Record<string, AttributeValue>>;

export interface IndexKeys {
  readonly hashKey: string;
  readonly rangeKey?: string;
}

export interface TableKeys extends IndexKeys {
  /** Those with keys only, as this table's are: an update that leaves the keys as they are does not write them. */
  readonly keysOnlyIndexes: readonly IndexKeys[];
}

/** Bytes of an item as DynamoDB counts them: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((total, [name, value]) => total + Buffer.byteLength(name) + valueBytes(value), 0);

const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/\D/g, "").length / 2) + 1;
  if (value.L !== undefined) return 3 + value.L.reduce((total, each) => total + 1 + valueBytes(each), 0);
  if (value.M !== undefined) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  if (value.B !== undefined) return value.B.length;
  return 1;
};

const keysOf = ({ hashKey, rangeKey }: IndexKeys): readonly string[] =>
  rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];

/** What an index holds of an item, or undefined where the item lacks a key of it. */
const entryOf = (item: Item | undefined, index: IndexKeys, table: TableKeys): Item | undefined => {
  if (item === undefined || keysOf(index).some((name) => item[name] === undefined)) return undefined;
  const names = new Set([...keysOf(index), ...keysOf(table)]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
};

const units = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

/** Write request units of one change: the larger of the two images, and each index entry that it puts or removes. */
export function writeUnits(before: Item | undefined, after: Item | undefined, table: TableKeys): number {
  const base = units(Math.max(itemBytes(before ?? {}), itemBytes(after ?? {})));
  return table.keysOnlyIndexes.reduce((total, index) => {
    const [old, now] = [entryOf(before, index, table), entryOf(after, index, table)];
    if (JSON.stringify(old) === JSON.stringify(now)) return total;
    return total + (old === undefined ? 0 : units(itemBytes(old))) + (now === undefined ? 0 : units(itemBytes(now)));
  }, base);
}

/** Bytes that are stored and billed of an item: 100 more for it, and for each index entry. */
export const storedBytes = (item: Item, table: TableKeys): number =>
  table.keysOnlyIndexes
    .map((index) => entryOf(item, index, table))
    .reduce((total, entry) => total + (entry === undefined ? 0 : itemBytes(entry) + 100), itemBytes(item) + 100);
