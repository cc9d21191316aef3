import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const root = join(__dirname, "../..");

const permissions = z.record(z.string(), z.enum(["read", "write"]));
const step = z.looseObject({ run: z.string().optional(), uses: z.string().optional() });
const job = z.looseObject({
  "timeout-minutes": z.int().optional(),
  permissions,
  steps: z.array(step).default([]),
  uses: z.string().optional(),
});
const workflow = z.looseObject({ name: z.string(), permissions, jobs: z.record(z.string(), job) });
const action = z.looseObject({ runs: z.looseObject({ steps: z.array(step) }) });

const packageJson = z
  .looseObject({ scripts: z.record(z.string(), z.string()), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

const files = (pattern: string): readonly string[] => globSync(pattern, { cwd: root }).sort();
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

const workflows = files(".github/workflows/*.yml");
const actions = files(".github/actions/*/action.yml");

/** What may write, and for what: everything else reads. */
const writers: Readonly<Record<string, readonly string[]>> = {
  "deploy-stack.yml deploy": ["id-token"],
  "deploy.yml dev": ["id-token"],
  "deploy.yml prod": ["id-token"],
  "deploy.yml staging": ["id-token"],
  "drift.yml drift": ["id-token"],
  "drift.yml report": ["issues"],
  "links.yml report": ["issues"],
  "pull-request.yml comment": ["pull-requests"],
  "pull-request.yml preview": ["id-token"],
  "release.yml notes": ["contents"],
};

const jobs = workflows.flatMap((file) => {
  const { jobs: declared } = workflow.parse(parse(textOf(file)));
  return Object.entries(declared).map(([name, it]) => ({ ...it, name: `${file.split("/").at(-1)} ${name}` }));
});

const steps = [
  ...jobs.flatMap((it) => it.steps),
  ...actions.flatMap((file) => action.parse(parse(textOf(file))).runs.steps),
];

describe("the workflows of GitHub Actions", () => {
  it.each(workflows)("%s gives nothing that a job does not ask for", (file) => {
    expect(workflow.parse(parse(textOf(file))).permissions).toEqual({});
  });

  it("write only what each is for", () => {
    const written = jobs.map(({ name, permissions: given }) => [
      name,
      Object.entries(given).flatMap(([what, access]) => (access === "write" ? [what] : [])),
    ]);
    expect(Object.fromEntries(written.filter(([, what]) => (what ?? []).length > 0))).toEqual(writers);
  });

  it("end some time", () => {
    expect(jobs.filter((it) => it.uses === undefined && it["timeout-minutes"] === undefined)).toEqual([]);
  });

  it("take every action of others by its commit, and say which version that is", () => {
    const uses = [...workflows, ...actions].flatMap((file) => textOf(file).match(/uses: .*/g) ?? []);
    const others = uses.filter((it) => !it.startsWith("uses: ./"));
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter((it) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(it))).toEqual([]);
    const versions = new Set(others);
    const names = new Set(others.map((it) => it.split("@")[0]));
    expect(versions.size).toBe(names.size);
  });

  it("use actions and workflows of this repository that are there", () => {
    const own = [...steps, ...jobs].flatMap(({ uses }) => (uses?.startsWith("./") === true ? [uses] : []));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((it) => !existsSync(join(root, it)))).toEqual([]);
  });

  it("run npm scripts and name files that are there", () => {
    const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run])).join("\n");
    const runs = (commands.match(/npm (?:test|run .*)/g) ?? []).filter((it) => !it.includes("--if-present"));
    const named = runs.map((it) =>
      it === "npm test" ? "test" : (/^npm run (?:--\S+ )*([\w:-]+)/.exec(it)?.[1] ?? it),
    );
    expect(named).toEqual(expect.arrayContaining(["test", "preview", "smoke"]));
    expect(named.filter((it) => packageJson.scripts[it] === undefined)).toEqual([]);
    const paths = [...commands.matchAll(/--policy-pack (\S+)|(docs\/\S+\.md)/g)].map(
      ([, pack, page]) => pack ?? page ?? "",
    );
    expect(paths.filter((it) => !existsSync(join(root, it)))).toEqual([]);
  });

  it("deploy the stacks that there are, with roles of the names that the template gives", () => {
    const template = textOf("deploy/bootstrap.template.json");
    const roles = steps.flatMap(({ with: options }) => {
      const role = z.object({ "role-to-assume": z.string() }).safeParse(options);
      return role.success ? [role.data["role-to-assume"]] : [];
    });
    expect(roles.length).toBeGreaterThan(0);
    for (const role of roles) {
      const [, use] = /:role\/order-pipeline-\$\{\{ (?:inputs|matrix)\.stack \}\}-(\w+)$/.exec(role) ?? [];
      expect(template).toContain(`"RoleName": {"Fn::Sub":"order-pipeline-\${Stack}-${use}"}`);
    }
    const stacks = new Set(workflows.flatMap((file) => textOf(file).match(/(?<=\bstack: )\w+$/gm) ?? []));
    expect([...stacks].filter((stack) => !existsSync(join(root, `Pulumi.${stack}.yaml`)))).toEqual([]);
    expect(stacks.size).toBe(files("Pulumi.*.yaml").length);
  });

  it("install the Pulumi CLI of the version of its SDK", () => {
    expect(textOf(".github/actions/setup/action.yml")).toContain(
      `pulumi-version: ${packageJson.dependencies["@pulumi/pulumi"]}\n`,
    );
  });

  it("keep the versions up to date of npm's packages and of every folder with actions", () => {
    const updates = z
      .object({
        updates: z.array(
          z.looseObject({ "package-ecosystem": z.string(), directories: z.array(z.string()).optional() }),
        ),
      })
      .parse(parse(textOf(".github/dependabot.yml"))).updates;
    expect(updates.map((it) => it["package-ecosystem"])).toEqual(["npm", "github-actions"]);
    const folders = updates.flatMap(({ directories }) => directories ?? []);
    expect(folders).toEqual(["/", ...actions.map((file) => `/${file.replace("/action.yml", "")}`)]);
  });

  it("have a counterpart for GitLab, whose every script is there", () => {
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(textOf("docs/deploying.md")) ?? [];
    const gitlab = z.record(z.string(), z.unknown()).parse(parse(yaml));
    expect(Object.keys(gitlab)).toEqual(
      expect.arrayContaining(["preview prod", "deploy dev", "deploy staging", "deploy prod"]),
    );
    const scripts = [...yaml.matchAll(/npm run (?:--\S+ )*([\w:-]+)/g)].map(([, script = ""]) => script);
    expect(scripts.filter((it) => packageJson.scripts[it] === undefined)).toEqual([]);
    expect(yaml).toContain(`PULUMI_VERSION: ${packageJson.dependencies["@pulumi/pulumi"]}\n`);
  });
});
