/** Inputs of a resource, or properties of its CloudFormation counterpart. */
export type Properties = Readonly<Record<string, unknown>>;

/** A nested object among inputs; they are of the shape that @pulumi/aws declares for the resource type. */
export const object = (value: unknown): Properties => (value ?? {}) as Properties;

/** A list of nested objects among inputs. */
export const list = (value: unknown): readonly Properties[] => (value ?? []) as readonly Properties[];
