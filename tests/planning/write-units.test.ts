import { describe, expect, it } from "vitest";
import { itemBytes, storedBytes, writeUnits } from "../../planning/cost/write-units";

const photos = { hashKey: "id", keysOnlyIndexes: [{ hashKey: "owner", rangeKey: "taken" }, { hashKey: "open" }] };
const photo = { id: { S: "p1" }, owner: { S: "ann" }, taken: { S: "2026" }, size: { N: "1024" } };

describe("the write units of a change", () => {
  it("are one for the item and one for each index that has it", () => {
    expect(writeUnits(undefined, photo, photos)).toBe(2);
    expect(writeUnits(undefined, { ...photo, open: { S: "yes" } }, photos)).toBe(3);
  });

  it("are one where the keys of the indexes stay as they are", () => {
    expect(writeUnits(photo, { ...photo, size: { N: "2" } }, photos)).toBe(1);
  });

  it("are one more where an entry goes, and two more where it moves", () => {
    expect(writeUnits({ ...photo, open: { S: "yes" } }, photo, photos)).toBe(2);
    expect(writeUnits(photo, { ...photo, owner: { S: "bob" } }, photos)).toBe(3);
  });

  it("are one for each KB of the larger image", () => {
    const large = { ...photo, text: { S: "x".repeat(2_048) } };
    expect(writeUnits(large, photo, photos)).toBe(3);
  });
});

it("an item's bytes are those of its names and values", () => {
  expect(itemBytes({ id: { S: "p1" }, size: { N: "1024" }, tags: { L: [{ S: "sea" }] } })).toBe(
    4 + (4 + 3) + (4 + 3 + 4),
  );
});

it("what is stored has 100 bytes more for the item and for each entry of an index", () => {
  const entry = itemBytes({ id: photo.id, owner: photo.owner, taken: photo.taken });
  expect(storedBytes(photo, photos)).toBe(itemBytes(photo) + 100 + entry + 100);
});
