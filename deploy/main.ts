/** `npm run deploy-role`: writes deploy/bootstrap.template.json from what the program declares. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrapTemplate } from "./bootstrap-template";
import { declaredGraphs } from "./declared-graphs";
import { jsonInLines } from "./json-in-lines";

const file = join(__dirname, "bootstrap.template.json");

declaredGraphs().then((graphs) => {
  writeFileSync(file, `${jsonInLines(bootstrapTemplate(graphs))}\n`);
  console.log(`${file} has been written.`);
});
