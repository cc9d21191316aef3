import type { ResourceNode } from "./resource-graph";

/** The input of a resource at a path such as `target.roleArn`; undefined where the program does not give it. */
export const inputAt = ({ inputs }: ResourceNode, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (found, name) => (typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined),
      inputs,
    );
