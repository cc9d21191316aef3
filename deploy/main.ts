/** `npm run deploy-role`: writes deploy/bootstrap.template.json from what the program declares. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrapTemplate } from "./bootstrap-template";
import { declaredGraphs } from "./declared-graphs";

const file = join(__dirname, "bootstrap.template.json");

declaredGraphs().then((graphs) => {
  writeFileSync(file, `${JSON.stringify(bootstrapTemplate(graphs), undefined, 2)}\n`);
  console.log(`${file} has been written.`);
});
