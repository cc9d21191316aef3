import { actionPattern } from "iam-documents/pattern";
import type { AccessCheck } from "../endpoint/access-control";
import { AwsError } from "../endpoint/aws-service";
import type { Principal } from "../endpoint/principal";
import { inputAt } from "../program/input-at";
import type { ResourceGraph, ResourceNode } from "../program/resource-graph";
import type { ProgramKeys } from "./program-keys";
import type { DeclaredKey, Encryption, ServiceAccess } from "./service-access";

interface EncryptedResource {
  readonly key: DeclaredKey;
  readonly encryption: Encryption;
}

const ownArn = ({ outputs }: ResourceNode): string => String(outputs["arn"]);

const keyActionsOf = ({ keyActions }: Encryption, action: string): readonly string[] =>
  Object.entries(keyActions).find(([pattern]) => actionPattern(pattern)(action))?.[1] ?? [];

const withoutSource = { "aws:SourceAccount": [], "aws:SourceArn": [] };

/** The resources that a key of the program encrypts: a call on one of them needs the key as well. */
export class EncryptedResources {
  private readonly encrypted = new Map<string, EncryptedResource>();
  private readonly keys: ProgramKeys;
  private readonly wholeOf: (arn: string) => string;

  /** @param wholeOf the ARN of the resource that a part of it belongs to */
  constructor(
    graph: ResourceGraph,
    services: readonly ServiceAccess[],
    keys: ProgramKeys,
    wholeOf: (arn: string) => string,
  ) {
    this.keys = keys;
    this.wholeOf = wholeOf;
    for (const encryption of services.flatMap((service) => service.encryption ?? [])) {
      for (const { type, key: path, arn = ownArn } of encryption.types) {
        for (const node of type.in(graph)) {
          const key = keys.named(inputAt(node, path));
          if (key !== undefined) this.encrypted.set(arn(node), { key, encryption });
        }
      }
    }
  }

  /** Why a call is refused that needs a key which is not enabled; the policies have no say in it. */
  disabledKeyRefusal({ action, resourceArn }: AccessCheck): AwsError | undefined {
    const found = this.encrypted.get(this.wholeOf(resourceArn));
    if (found === undefined) return undefined;
    const { key, encryption } = found;
    if (this.keys.isEnabled(key.arn) || keyActionsOf(encryption, action).length === 0) return undefined;
    return new AwsError(encryption.disabledError ?? key.disabledError, `${key.arn} is disabled.`, 400);
  }

  /** The uses of a key that a call implies. */
  keyChecksOf({ principal, action, resourceArn }: AccessCheck): readonly AccessCheck[] {
    const whole = this.wholeOf(resourceArn);
    const found = this.encrypted.get(whole);
    if (found === undefined) return [];
    const context = contextOf(found, principal, action, whole);
    return keyActionsOf(found.encryption, action).map((keyAction) => ({
      principal,
      action: keyAction,
      resourceArn: found.key.arn,
      context,
    }));
  }
}

/** A role uses a key through the service that it calls; a service that calls asks for the key in its own name. */
const contextOf = (
  { key, encryption: { callersWithoutSource = [], contextKey } }: EncryptedResource,
  principal: Principal,
  action: string,
  resourceArn: string,
): NonNullable<AccessCheck["context"]> => {
  const encryption = contextKey === undefined ? {} : { [contextKey]: resourceArn };
  if (principal.kind !== "service") return { ...key.contextVia(action.split(":")[0] ?? ""), ...encryption };
  return callersWithoutSource.includes(principal.service) ? { ...withoutSource, ...encryption } : encryption;
};
