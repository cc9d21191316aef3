import * as z from "zod";
import type { ResourceNode } from "../program/resource-graph";

/**
 * The inputs of a resource that a host uses, checked. A property that is neither used nor known to change nothing here
 * stops the start: it might change behaviour on AWS.
 * @param ignored names of properties that make no difference on this machine, for example `tags`
 */
export const readInputs = <Shape extends z.ZodRawShape>(
  node: ResourceNode,
  shape: Shape,
  ignored: readonly string[] = [],
): z.output<z.ZodObject<Shape>> => {
  for (const [name, value] of Object.entries(node.inputs)) {
    if (value === undefined || value === null) continue;
    if (!Object.hasOwn(shape, name) && !ignored.includes(name) && !alwaysIgnored.includes(name)) {
      throw new Error(
        `${node.urn}: the local host does not support the property ${name} (${JSON.stringify(value)}) of ${node.type}. ` +
          `It supports ${[...Object.keys(shape), ...ignored].sort().join(", ")}.`,
      );
    }
  }
  const parsed = z.object(shape).safeParse(node.inputs);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const property = issue?.path.join(".") ?? "";
  throw new Error(
    `${node.urn}: the property ${property} is ${JSON.stringify(node.inputs[String(issue?.path[0])])}, which the local host does not support: ${issue?.message ?? ""}`,
  );
};

const alwaysIgnored = ["tags", "tagsAll", "region"];
