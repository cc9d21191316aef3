import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { type JsonAction, jsonService } from "../../kernel/endpoint/json-service";
import type { HostContext } from "../../kernel/host-context";
import { aliasType, keyType } from "./resource-types";

/** KMS, as far as it matters where nothing is encrypted: which keys there are, and whether they are enabled. */
export const keyService = ({ graph, access, events }: HostContext): ActionService => {
  const keyOf = (name: unknown): string => {
    const arn = access.keys.find(name);
    if (arn !== undefined) return arn;
    const what = /(^|:)alias\//.test(String(name))
      ? `Alias ${String(name)} is not found.`
      : `Key '${String(name)}' does not exist`;
    throw new AwsError("NotFoundException", what);
  };
  const onKey =
    (action: string, act: (arn: string) => unknown): JsonAction =>
    ({ KeyId }, principal) => {
      const arn = keyOf(KeyId);
      access.check({ principal, action: `kms:${action}`, resourceArn: arn });
      return act(arn);
    };
  const setEnabled =
    (enabled: boolean) =>
    (arn: string): void => {
      access.keys.setEnabled(arn, enabled);
      events.publish({ level: "warn", resource: arn, what: enabled ? "key enabled" : "key disabled" });
    };
  const describe = (arn: string): unknown => {
    const { inputs = {} } = keyType.in(graph).find(({ outputs }) => outputs["arn"] === arn) ?? {};
    const enabled = access.keys.isEnabled(arn);
    return {
      KeyMetadata: {
        AWSAccountId: graph.accountId,
        KeyId: arn.slice(arn.lastIndexOf("/") + 1),
        Arn: arn,
        Enabled: enabled,
        KeyState: enabled ? "Enabled" : "Disabled",
        Description: inputs["description"] ?? "",
        KeyUsage: "ENCRYPT_DECRYPT",
        KeySpec: "SYMMETRIC_DEFAULT",
        KeyManager: "CUSTOMER",
        Origin: "AWS_KMS",
        MultiRegion: inputs["multiRegion"] === true,
      },
    };
  };

  return jsonService("kms", ["TrentService"], {
    // https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html
    DisableKey: onKey("DisableKey", setEnabled(false)),
    EnableKey: onKey("EnableKey", setEnabled(true)),
    DescribeKey: onKey("DescribeKey", describe),
    ListKeys: (_, principal) => {
      access.check({ principal, action: "kms:ListKeys", resourceArn: "*" });
      const Keys = access.keys.all.map((arn) => ({ KeyArn: arn, KeyId: arn.slice(arn.lastIndexOf("/") + 1) }));
      return { Keys, Truncated: false };
    },
    ListAliases: (_, principal) => {
      access.check({ principal, action: "kms:ListAliases", resourceArn: "*" });
      const Aliases = aliasType.in(graph).map(({ inputs, outputs }) => ({
        AliasName: outputs["name"],
        AliasArn: outputs["arn"],
        TargetKeyId: inputs["targetKeyId"],
      }));
      return { Aliases, Truncated: false };
    },
  });
};
