import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, RegoEngine, TemplateFile } from "@aws/cloudformation-validate";
import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { cloudFormationTemplate } from "./cloudformation-template";

/** ARNs and account ids are written out in a graph, where a template would refer to them. */
const aboutTemplatesOnly: string[] = ["W9002", "W9013"];

let engine: Engine | undefined;

/** What AWS's own validator finds wrong in a graph's AWS resources, in words. It brings the schemas and needs no network. */
export function schemaFindings(graph: ResourceGraph): readonly string[] {
  engine ??= new RegoEngine();
  const path = join(tmpdir(), `template-${graph.stack}.json`);
  writeFileSync(path, JSON.stringify(cloudFormationTemplate(graph)));
  const { status, diagnostics } = engine.validateStandard(new TemplateFile(path), {
    severityLevel: "WARN",
    exclude: { ids: aboutTemplatesOnly },
    pseudoParameterOverrides: { region: graph.region, accountId: graph.accountId },
  });
  // Anything else may have left out findings.
  if (status !== "OK") throw new Error(`The validator answered ${status} for ${path}.`);
  return diagnostics.map(
    ({ ruleId, entity, propertyPath, message }) => `${entity?.logicalId} ${propertyPath}: ${message} (${ruleId})`,
  );
}
