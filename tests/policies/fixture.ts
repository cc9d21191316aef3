import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type { DeclaredResource } from "./declared-resource";

/** A resource of a made-up stack: its inputs refer to others by name or ARN, as they do after an update. */
export interface FixtureResource {
  readonly type: string;
  /** Unique in the fixture. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What AWS adds: ARN, URL and the like; what a component registers. */
  readonly added?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly parent?: string;
}

export type Fixture = readonly FixtureResource[];

/** Changes some inputs of one resource; undefined takes one away. */
export const set =
  (name: string, inputs: Readonly<Record<string, unknown>>, also: Partial<FixtureResource> = {}) =>
  (fixture: Fixture): Fixture => {
    if (!fixture.some((it) => it.name === name)) throw new Error(`The fixture has no resource ${name}.`);
    return fixture.map((it) => (it.name === name ? { ...it, ...also, inputs: { ...it.inputs, ...inputs } } : it));
  };

export const remove =
  (name: string) =>
  (fixture: Fixture): Fixture => {
    if (!fixture.some((it) => it.name === name)) throw new Error(`The fixture has no resource ${name}.`);
    return fixture.filter((it) => it.name !== name);
  };

/** Puts resources in the place of those with the same names. */
export const replace =
  (...resources: Fixture) =>
  (fixture: Fixture): Fixture => {
    const missing = resources.find(({ name }) => !fixture.some((it) => it.name === name));
    if (missing !== undefined) throw new Error(`The fixture has no resource ${missing.name}.`);
    return fixture.map((it) => resources.find(({ name }) => name === it.name) ?? it);
  };

export const add =
  (...resources: Fixture) =>
  (fixture: Fixture): Fixture => [...fixture, ...resources];

/** The stack as an update sees it: everything is known. */
export const atUpdate = (fixture: Fixture, stack = "prod"): readonly DeclaredResource[] =>
  fixture.map(({ type, name, inputs, added, protect, parent }) => ({
    type,
    name,
    urn: urnOf(fixture, stack, name),
    inputs,
    outputs: { ...inputs, ...added },
    propertyDependencies: Object.fromEntries(
      Object.entries(inputs).map(([property, value]) => [
        property,
        fixture
          .filter((it) => it.name !== name && textsIn(value).some((text) => names(text, it)))
          .map((it) => urnOf(fixture, stack, it.name)),
      ]),
    ),
    ...(protect === undefined ? {} : { protect }),
    ...(parent === undefined ? {} : { parent: urnOf(fixture, stack, parent) }),
  }));

/** The stack as its first preview sees it: what refers to another resource is unknown, and so is what AWS adds. */
export const atFirstPreview = (fixture: Fixture, stack = "prod"): readonly DeclaredResource[] =>
  atUpdate(fixture, stack).map((resource, index) => {
    const component = !resource.type.startsWith("aws:");
    const hidden = (tree: unknown): unknown =>
      hide(tree, (text) => fixture.some((it) => it.name !== resource.name && names(text, it)));
    const inputs = record(hidden(resource.inputs));
    return { ...resource, inputs, outputs: component ? record(hidden(fixture[index]?.added ?? {})) : inputs };
  });

/** The stack when nothing at all is known yet of what its resources are given. */
export const whenNothingIsKnown = (fixture: Fixture): readonly DeclaredResource[] =>
  atUpdate(fixture).map((resource) => {
    const inputs = Object.fromEntries(Object.keys(resource.inputs).map((property) => [property, unknownValue]));
    return { ...resource, inputs, outputs: inputs };
  });

const urnOf = (fixture: Fixture, stack: string, name: string): string =>
  `urn:pulumi:${stack}::shop::${fixture.find((it) => it.name === name)?.type ?? "missing"}::${name}`;

/** Whether a text names a resource by its name, or by what AWS gave it: its ARN, also within a longer text, its URL or id. */
function names(text: string, { inputs, added = {} }: FixtureResource): boolean {
  const { arn, ...others } = added;
  const inText = typeof arn === "string" && new RegExp(`${arn.replace(/[.*]/g, "\\$&")}(?![\\w-])`).test(text);
  return inText || text === inputs["name"] || Object.values(others).includes(text);
}

function textsIn(tree: unknown): readonly string[] {
  if (typeof tree === "string") return [tree];
  return typeof tree === "object" && tree !== null ? Object.values(tree).flatMap(textsIn) : [];
}

function hide(tree: unknown, isHidden: (text: string) => boolean): unknown {
  if (typeof tree === "string") return isHidden(tree) ? unknownValue : tree;
  if (Array.isArray(tree)) return tree.map((item) => hide(item, isHidden));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, hide(value, isHidden)]));
}

// hide() makes an object of an object.
const record = (tree: unknown): Readonly<Record<string, unknown>> => tree as Readonly<Record<string, unknown>>;
