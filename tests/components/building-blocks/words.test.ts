import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const folder = join(__dirname, "../../../components/building-blocks");

/** A component's type is part of the URN of everything deployed, so it stays as it was first named. */
const deployedType = /"order-pipeline:index:\w+"/g;
/** The sequence of things. */
const sequence = /\b(in (their )?order|order of)\b/gi;

it("building blocks know no orders, not even by word", () => {
  const mentions = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .replaceAll(deployedType, "")
      .replaceAll(sequence, "")
      .split("\n")
      .filter((line) => /order|payment|shipping|slack/i.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(mentions).toEqual([]);
});
