import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** The SDK's files of schemas: every operation of a service, of which a handler needs a few. */
const schemas = /@aws-sdk[\\/].*dist-es[\\/].*schemas[\\/]schemas_\d+\.js$/;

/**
 * Lets esbuild leave out the schemas that a bundle does not use. They hold keys by way of constants, `{ [_hQ]: _uI }`, and a
 * computed key might have an effect for all that esbuild knows; written as `{ ["httpQuery"]: _uI }` it has none. It takes
 * 15 KB zipped off a bundle with S3.
 */
export const inlineSchemaKeys: Plugin = {
  name: "inline-schema-keys",
  setup: (build) => {
    build.onLoad({ filter: schemas }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const constants = new Map(
        [...text.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
      );
      const contents = text.replace(/\[(_\w+)\]:/g, (key, name: string) => {
        const value = constants.get(name);
        return value === undefined ? key : `[${value}]:`;
      });
      return { contents, loader: "js" };
    });
  },
};
