import { join } from "node:path";
import { expect, it } from "vitest";
import { analyzeInProcess } from "./analyze-in-process";
import { engineViewOf } from "./engine-view-of";
import { planted } from "./fixtures/photo-album/planted";

// Its preview is analyzed in analyzer-protocol.test.ts, in this process and in one of Pulumi's.
it("finds an unrelated program's bad half out completely when it is deployed, and raises no false alarm in its good half", async () => {
  const violations = await analyzeInProcess(
    await engineViewOf({
      program: join(__dirname, "fixtures/photo-album/index.ts"),
      project: "photo-album",
      stack: "prod",
      config: { "aws:region": "eu-central-1" },
      phase: "update",
    }),
  );
  expect(violations.map(({ rule, on }) => `${rule}: ${on}`).toSorted()).toEqual(planted);
});
