import { join } from "node:path";
import { expect, it } from "vitest";
import { rules } from "../../policies/rules";
import { rulesPage } from "./rules-page";

it("docs/policies.md says what the pack says; renew it with -u", async () => {
  await expect(rulesPage(rules)).toMatchFileSnapshot(join(__dirname, "../../docs/policies.md"));
});
