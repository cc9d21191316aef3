import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const root = join(__dirname, "../..");

const documents = globSync("**/*.md", { cwd: root, exclude: ["**/node_modules", ".local"] });

/** A path in a document begins with one of the files and folders at the top; what a host that has run keeps is not of them. */
const top = readdirSync(root).filter((name) => name !== ".local");

const linksIn = (text: string): readonly string[] =>
  [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);

/** Inline code that names a file or a folder of the repository, `*` included; not what is within a command or a URL. */
const pathsIn = (text: string): readonly string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`([\w.*@/-]+)`/g)]
    .map(([, code = ""]) => code)
    .filter((code) => code.includes("/") && top.includes(code.split("/")[0] ?? ""));

/** As GitHub makes the anchor of a heading. */
const anchorsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

it.each(documents)("every heading that %s links to is there", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const links = [...text.matchAll(/\]\(((?!https?:|mailto:)[^)#\s]*)#([^)\s]+)\)/g)];
  const dead = links.filter(([, path = "", anchor = ""]) => {
    const target = path === "" ? document : join(dirname(document), path);
    return target.endsWith(".md") && !anchorsIn(readFileSync(join(root, target), "utf8")).includes(anchor);
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});

it.each(documents)("every file that %s names or links to is there", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const dead = linksIn(text).filter((link) => !existsSync(join(root, dirname(document), link)));
  // A package's document names the package's own files.
  const isThere = (path: string): boolean =>
    [root, join(root, dirname(document))].some((folder) =>
      path.includes("*")
        ? globSync(path, { cwd: folder }).length > 0
        : existsSync(join(folder, path)) || existsSync(join(folder, `${path}.ts`)),
    );
  const gone = pathsIn(text).filter((path) => !isThere(path));
  expect({ dead, gone }).toEqual({ dead: [], gone: [] });
});
