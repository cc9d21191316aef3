import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { costDocument, costDocumentParts } from "../../planning/cost/cost-document";
import { readWorkCounts } from "../../planning/cost/work-counts";
import { withGenerated } from "../../planning/generated-part";

it("docs/cost.md is what the program, the counts and the prices come to; else run npm run cost -- --write", async () => {
  const document = readFileSync(costDocument, "utf8");
  const parts = await costDocumentParts(readWorkCounts());
  for (const [name, content] of Object.entries(parts)) {
    expect(withGenerated(document, name, content), `the part ${name}`).toBe(document);
  }
  // Ten evaluations of the program, where none of them is kept from an earlier run.
}, 300_000);
