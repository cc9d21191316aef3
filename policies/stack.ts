import type { PolicyResource } from "@pulumi/policy";
import { type Resource, resourceOf } from "./resource";
import { at, holdsUnknown, isProperties, isSet, type Properties, plainValue, textsIn } from "./value";

/** A resource among the others of its stack. */
export interface StackResource extends Resource {
  /** What its parent component declared about itself with registerOutputs. */
  readonly parent: Properties;
  /** URNs of the resources that each property was made from; known even where the value is not. */
  readonly madeFrom: Readonly<Record<string, readonly string[]>>;
}

/** All resources of a stack, and which refers to which: by value, and where a preview does not know it, by what it was made from. */
export class Stack {
  readonly resources: readonly StackResource[];

  constructor(resources: readonly PolicyResource[]) {
    this.resources = resources.map((source) => ({
      ...resourceOf(source, propertiesOf(source)),
      parent: source.parent === undefined ? {} : propertiesOf(source.parent),
      madeFrom: Object.fromEntries(
        Object.entries(source.propertyDependencies).map(([property, made]) => [property, made.map(({ urn }) => urn)]),
      ),
    }));
  }

  of(...types: readonly string[]): readonly StackResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** Whether a property of one resource, or what lies at a path below it, names another. */
  refers(from: StackResource, property: string, to: StackResource, ...path: readonly (string | number)[]): boolean {
    const value = at(from.properties[property], ...path);
    if (!isSet(value)) return false;
    if (holdsUnknown(value)) return from.madeFrom[property]?.includes(to.urn) ?? false;
    return textsIn(value).some((text) => names(text, to.properties));
  }

  /** The resources of a type whose property names the given one. */
  referringTo(to: StackResource, type: string, property: string, ...path: readonly string[]): readonly StackResource[] {
    return this.of(type).filter((from) => this.refers(from, property, to, ...path));
  }

  /** The resources of a type that a property names. */
  referredBy(from: StackResource, property: string, type: string): readonly StackResource[] {
    return this.of(type).filter((to) => this.refers(from, property, to));
  }
}

const propertiesOf = ({ props }: PolicyResource): Properties => {
  const value = plainValue(props);
  return isProperties(value) ? value : {};
};

/** A text names a resource by its whole name, id or URL, or holds its ARN: `<arn>:*`, or a redrive policy as JSON. */
function names(text: string, { arn, id, name, url, bucket }: Properties): boolean {
  if ([arn, id, name, url, bucket].includes(text)) return true;
  if (typeof arn !== "string" || arn === "") return false;
  const start = text.indexOf(arn);
  // "orders" is not "orders-dlq": what follows an ARN cannot be part of a name.
  return start >= 0 && !/^[\w.-]/.test(text.slice(start + arn.length));
}
