import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { numberFrom } from "../../../planning/command-line";
import { type ExternalLink, externalLinksIn } from "./external-links-in";
import { type Resolved, type ResolveOptions, resolveLink } from "./resolve-link";

interface Options extends ResolveOptions {
  readonly only?: string;
  readonly list?: boolean;
}

/** Requests at the same time; most go to one site. */
const atOnce = 6;

/** The command line of `npm run links`. It throws CommanderError for what commander has said itself, help included. */
export const linksProgram = (): Command =>
  new Command("npm run links --")
    .description(
      "Follows every external link of the documents and of comments in the code, and names those that are dead.",
    )
    .argument("[files...]", "files to look into (default: all that Git knows)")
    .option("--only <text>", "links that contain the text")
    .option("--list", "print the links, and follow none")
    .option("--retries <number>", "attempts after one that tells nothing", numberFrom(0, 10), 2)
    .option("--timeout <seconds>", "for an attempt", numberFrom(0.1, 300), 30)
    .option("--pause <seconds>", "before a further attempt, twice as long before each one after", numberFrom(0, 300), 5)
    .option("--via <url>", "ask a mirror, as <url>/<host>/<path>")
    .addHelpText(
      "after",
      "\nExit codes: 0 no link is dead, 1 one is, 2 the command line is wrong. A link that has moved, or a site that\nrefuses programs or is down, is named and no failure.",
    )
    .showHelpAfterError("See npm run links -- --help.")
    .exitOverride()
    .action(run);

async function run(given: readonly string[], options: Options): Promise<void> {
  const files = given.length > 0 ? given : filesOfGit();
  const places = Map.groupBy(
    files.flatMap((file) => externalLinksIn(file, readFileSync(file, "utf8")).map((link) => ({ ...link, file }))),
    ({ url }) => url,
  );
  const urls = [...places.keys()].filter((url) => url.includes(options.only ?? "")).sort();
  if (options.list === true) {
    process.stdout.write(urls.map((url) => `${url}\n`).join(""));
    return;
  }
  const counts = { found: 0, moved: 0, dead: 0, unknown: 0 };
  const waiting = [...urls];
  const follow = async (): Promise<void> => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      const resolved = await resolveLink(url, options);
      counts[resolved.kind] += 1;
      if (resolved.kind !== "found") process.stdout.write(complaint(url, resolved, places.get(url) ?? []));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, follow));
  const { found, moved, dead, unknown } = counts;
  process.stdout.write(`${urls.length} links: ${found} found, ${moved} moved, ${dead} dead, ${unknown} not known.\n`);
  if (dead > 0) process.exitCode = 1;
}

/** `docs/events.md:3: dead https://... (404)`, a line for each place. */
const complaint = (
  url: string,
  { kind, detail }: Resolved,
  places: readonly (ExternalLink & { readonly file: string })[],
): string => places.map(({ file, line }) => `${file}:${line}: ${kind} ${url} (${detail})\n`).join("");

const filesOfGit = (): readonly string[] => {
  const listed = execFileSync("git", ["ls-files", "*.md", "*.ts", "*.mts", "*.cjs", "*.yml", "*.yaml"], {
    encoding: "utf8",
  });
  return listed.split("\n").filter((file) => file !== "");
};
