import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** A text of the template; a reference is left as it is written. */
const text = z
  .union([z.string(), z.object({ "Fn::Sub": z.string() })])
  .transform((value) => (typeof value === "string" ? value : value["Fn::Sub"]));

const texts = z.union([text, z.array(text)]);

const statement = z.object({
  Effect: z.literal("Allow"),
  Action: z.array(z.string()),
  Resource: z.array(text),
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});

export type TemplateStatement = z.output<typeof statement>;

const managedPolicy = z.object({
  Type: z.literal("AWS::IAM::ManagedPolicy"),
  Properties: z.object({ PolicyDocument: z.object({ Version: z.string(), Statement: z.array(statement) }) }),
});

export const templateFile = join(__dirname, "../../deploy/bootstrap.template.json");

export const readTemplate = () =>
  z
    .object({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) })
    .parse(JSON.parse(readFileSync(templateFile, "utf8")));

/** The managed policies of the committed template, by name. */
export const templatePolicies = (): Readonly<
  Record<string, z.output<typeof managedPolicy>["Properties"]["PolicyDocument"]>
> =>
  Object.fromEntries(
    Object.entries(readTemplate().Resources).flatMap(([name, resource]) => {
      const policy = managedPolicy.safeParse(resource);
      return policy.success ? [[name, policy.data.Properties.PolicyDocument]] : [];
    }),
  );

/** What a role of the template may do: `Deploy`, `Preview`, `Smoke`. */
export const statementsOf = (role: string): readonly TemplateStatement[] =>
  Object.entries(templatePolicies()).flatMap(([name, { Statement }]) => (name.startsWith(role) ? Statement : []));
