import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { table } from "./markdown";

const root = join(__dirname, "..");
const stacks = ["dev", "staging", "prod"] as const;
const namespace = "order-pipeline:";

interface DocumentedSetting {
  readonly name: string;
  /** The doc comment, with the default in it. */
  readonly text: string;
  readonly example: string | undefined;
}

/** A setting with its doc comment. Throws with the name of one that has none. */
const documented = (
  member: ts.PropertyAssignment | ts.ShorthandPropertyAssignment | ts.PropertySignature,
): DocumentedSetting => {
  const name = member.name.getText();
  const [comment] = ts.getJSDocCommentsAndTags(member);
  const text = comment === undefined ? undefined : ts.getTextOfJSDocComment(comment.comment);
  if (text === undefined) throw new Error(`The setting ${name} has no doc comment.`);
  const example = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === "example")?.comment;
  return { name, text: text.replaceAll(/\s+/g, " "), example: ts.getTextOfJSDocComment(example) };
};

const sourceOf = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);

/** The properties of `settingsSchema`. */
const plainSettings = (): readonly DocumentedSetting[] => {
  const found: DocumentedSetting[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === "settingsSchema" && node.initializer !== undefined) {
      const [shape] = ts.isCallExpression(node.initializer) ? node.initializer.arguments : [];
      if (shape === undefined || !ts.isObjectLiteralExpression(shape))
        throw new Error("settingsSchema is not an object.");
      for (const member of shape.properties) {
        if (ts.isPropertyAssignment(member) || ts.isShorthandPropertyAssignment(member)) found.push(documented(member));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceOf("settings/settings-schema.ts"));
  return found;
};

/** The secret ones: what `Settings` has as an output. */
const secretSettings = (): readonly DocumentedSetting[] => {
  const found: DocumentedSetting[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) && /^pulumi\.Output<string>/.test(node.type?.getText() ?? "")) {
      found.push(documented(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceOf("settings.ts"));
  return found;
};

/** What the file of a stack sets. */
const configOf = (stack: string): Readonly<Record<string, unknown>> => {
  // The stack files are this repository's own.
  const file = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  return file.config;
};

const shown = (value: unknown): string => {
  if (value === undefined) return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
};

const configs = stacks.map(configOf);

const inStacks = (key: string): readonly string[] => configs.map((config) => shown(config[key]));

const textOf = ({ text, example }: DocumentedSetting): string =>
  example === undefined ? text : `${text} Example: \`${example}\``;

/** docs/settings.md: every setting, from the doc comments in the code and the files of the stacks. */
export const settingsPage = (): string =>
  `${[
    "<!-- Generated from settings/settings-schema.ts, settings.ts and Pulumi.<stack>.yaml: npm run schemas -->",
    "# Settings",
    `A stack's settings are in \`Pulumi.<stack>.yaml\`, or set with \`pulumi config set\`. All are checked before anything is made;
what is wrong is named with its value and what is allowed. \`npm start -- --config NAME=VALUE\` replaces one locally.`,
    "An empty cell is the default.",
    table(
      ["setting", "what it is for", ...stacks],
      [
        ["`aws:region`", "The AWS region. Needed.", ...inStacks("aws:region")],
        [
          "`aws:allowedAccountIds`",
          "The accounts that the stack may be deployed to. Needed where services are real.",
          ...inStacks("aws:allowedAccountIds"),
        ],
        ...plainSettings().map((setting) => [
          `\`${setting.name}\``,
          textOf(setting),
          ...inStacks(`${namespace}${setting.name}`),
        ]),
      ],
    ),
    "## Secrets",
    `Set with \`pulumi config set --secret NAME\`: they are encrypted in the stack's file and state, and reach the functions
through SSM parameters only.`,
    table(
      ["setting", "what it is for"],
      secretSettings().map((setting) => [`\`${setting.name}\``, textOf(setting)]),
    ),
    "## Options of the AWS provider",
    `Options such as \`aws:profile\`, \`aws:assumeRoles\` or \`aws:endpoints\` are passed on. The list is in
\`settings/provider-settings.ts\`; an option that is not in it is refused by name.`,
  ].join("\n\n")}\n`;
