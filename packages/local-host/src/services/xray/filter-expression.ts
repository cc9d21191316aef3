import { AwsError } from "../../kernel/endpoint/aws-service";
import type { TraceQuery } from "./segment-store";

const condition = /^\s*annotation(?:\.(?<named>\w+)|\[(?<bracketed>\w+)\])\s*=\s*"(?<value>(?:[^"\\]|\\.)*)"\s*$/;

/**
 * Reads a filter expression, as far as it is answered here: annotations that are equal to a text, joined by AND.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
 */
export const annotationsOf = (expression: string | undefined): TraceQuery["annotations"] => {
  if (expression === undefined || expression.trim() === "") return [];
  return expression.split(/\s+AND\s+/i).map((part) => {
    const groups = condition.exec(part)?.groups;
    const key = groups?.["named"] ?? groups?.["bracketed"];
    const value = groups?.["value"];
    if (key === undefined || value === undefined) {
      throw new AwsError(
        "InvalidRequestException",
        `The local host's xray cannot filter by ${part.trim()}: it knows annotation.name = "text", and AND between several.`,
      );
    }
    return { key, value: value.replace(/\\(.)/g, "$1") };
  });
};
