import type { Answer } from "./orders-client";
import { Problem } from "./problem";

/** The body of an answer that went well. Throws Problem with what the API said otherwise, field by field. */
export function answered({ status, body }: Answer): Readonly<Record<string, unknown>> {
  if (status < 300) return body;
  const { title, detail, message, errors } = body;
  const lines = [`${status} ${String(title ?? message ?? "")}${detail === undefined ? "" : `: ${String(detail)}`}`];
  if (Array.isArray(errors)) {
    for (const error of errors as { readonly pointer?: string; readonly detail?: string }[]) {
      lines.push(
        `  ${error.pointer === "" || error.pointer === undefined ? "the whole body" : error.pointer}: ${error.detail ?? ""}`,
      );
    }
  }
  throw new Problem(lines.join("\n"));
}
