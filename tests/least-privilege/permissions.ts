import * as z from "zod";

const permissionSchema = z.object({
  /** Of a role, or of a resource's policy. */
  kind: z.enum(["identity", "resource"]),
  /** The role's ARN, a service principal, an account. */
  holder: z.string(),
  action: z.string(),
  resource: z.string(),
  sources: z.array(z.string()),
  used: z.boolean(),
  removed: z.boolean(),
});

const stateSchema = z.object({
  grants: z.array(permissionSchema),
  denied: z.array(z.object({ caller: z.string(), action: z.string(), resource: z.string(), message: z.string() })),
});

export type Permission = z.output<typeof permissionSchema>;
export type DeniedCall = z.output<typeof stateSchema>["denied"][number];

/** Physical names end in seven hexadecimal digits; without them they are the program's. */
const logicalName = (arn: string): string =>
  (arn.split(/[:/]/).find((part) => /-[0-9a-f]{7}$/.test(part)) ?? arn).replace(/-[0-9a-f]{7}$/, "");

/** Whose permission it is, by the program's name: a role's, or that of the resource whose policy has it. */
export const subjectOf = ({ kind, holder, resource }: Permission): string =>
  logicalName(kind === "identity" ? holder : resource);

/** `arn:aws:s3:::orders-import-0a1b2c3/reports/*` is `orders-import/reports/*`. */
const shown = (arn: string): string =>
  arn
    .split(":")
    .slice(5)
    .join(":")
    .replace(/-[0-9a-f]{7}(?=[/:]|$)/g, "")
    .replace(/:\*$/, "") || arn;

/** What tells one permission from another, for people. */
export const nameOf = (permission: Permission): string => {
  const { kind, action, resource, holder, sources } = permission;
  const on = shown(resource);
  if (kind === "identity") return `${subjectOf(permission)}: ${action} on ${on}`;
  const from = sources.map(shown).join(", ");
  return `${holder}${from === "" ? "" : ` for ${from}`}: ${action} on ${on}`;
};

/** The permissions of a running host. */
export class Permissions {
  private readonly url: string;

  constructor(awsEndpoint: string) {
    this.url = `${awsEndpoint}/_local/iam`;
  }

  async all(): Promise<readonly Permission[]> {
    return (await this.state()).grants;
  }

  async denied(): Promise<readonly DeniedCall[]> {
    return (await this.state()).denied;
  }

  /** Begins the record of what was used and refused anew. */
  async forget(): Promise<void> {
    await fetch(this.url, { method: "DELETE" });
  }

  remove(permission: Permission): Promise<void> {
    return this.change(permission, true);
  }

  giveBack(permission: Permission): Promise<void> {
    return this.change(permission, false);
  }

  private async change({ holder, action, resource, sources }: Permission, denied: boolean): Promise<void> {
    const [source] = sources;
    const answer = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ holder, action, resource, ...(source === undefined ? {} : { source }), denied }),
    });
    if (!answer.ok) throw new Error(`The permission could not be changed: ${await answer.text()}`);
  }

  private async state(): Promise<z.output<typeof stateSchema>> {
    return stateSchema.parse(await (await fetch(this.url)).json());
  }
}
