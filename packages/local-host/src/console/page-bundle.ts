import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** A file of the page, as the browser gets it. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array | string;
}

/** Below it is the page of each dashboard, by its name. */
export const dashboardPagePath = "/dashboards/";

/** The files of both pages by their paths below /_console: for each a document, a script and a style sheet. */
export const bundlePage = async (): Promise<ReadonlyMap<string, PageFile>> => {
  const folder = join(__dirname, "page");
  const document = (file: string): PageFile => ({ type: "text/html", body: readFileSync(join(folder, file)) });
  const { outputFiles } = await build({
    entryPoints: {
      page: join(folder, "console-page.ts"),
      style: join(folder, "console-page.css"),
      dashboard: join(folder, "dashboard-page.ts"),
      "dashboard-style": join(folder, "dashboard-page.css"),
    },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    outdir: "/",
    write: false,
    tsconfig: join(folder, "tsconfig.json"),
  });
  const types: Readonly<Record<string, string>> = { ".js": "text/javascript", ".css": "text/css" };
  return new Map<string, PageFile>([
    ["/", document("console-page.html")],
    [dashboardPagePath, document("dashboard-page.html")],
    ...outputFiles.map(({ path, contents }): [string, PageFile] => [
      `/${path.split(/[\\/]/).at(-1)}`,
      { type: types[path.slice(path.lastIndexOf("."))] ?? "application/octet-stream", body: contents },
    ]),
  ]);
};
