import * as z from "zod";

const operation = z.object({
  requestBody: z
    .object({
      content: z.object({ "application/json": z.object({ example: z.unknown() }) }),
    })
    .optional(),
});

const openapiDocument = z.object({ paths: z.record(z.string(), z.object({ post: operation.optional() })) });

/**
 * A curl command to paste, for an API that describes itself at `/openapi.json`: its first POST that has an example.
 * Undefined when it does not.
 */
export async function sampleRequest(apiEndpoint: string, tokenFile: string): Promise<string | undefined> {
  const answer = await fetch(`${apiEndpoint}/openapi.json`);
  if (!answer.ok) return undefined;
  const document = openapiDocument.safeParse(await answer.json());
  for (const [path, { post }] of Object.entries(document.data?.paths ?? {})) {
    const example = post?.requestBody?.content["application/json"].example;
    if (example === undefined) continue;
    return [
      `  curl -s ${apiEndpoint}${path} \\`,
      `    -H "authorization: Bearer $(cat ${shellWord(tokenFile)})" \\`,
      `    -H 'content-type: application/json' \\`,
      `    -d ${quoted(JSON.stringify(example))}`,
    ].join("\n");
  }
  return undefined;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A path as a POSIX shell takes it: in quotes where it has a space or another character that means something. */
const shellWord = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : quoted(path));
