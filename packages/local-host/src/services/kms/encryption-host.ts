import type { ResourceHost } from "../../kernel/endpoint/aws-service";

/** KMS keys: accepted, and without effect, because nothing on this machine is encrypted with them. */
export const encryptionHost = (): ResourceHost => ({
  hosts: ["aws:kms/key:Key", "aws:kms/alias:Alias", "aws:kms/keyPolicy:KeyPolicy", "aws:kms/grant:Grant"],
  start: async () => undefined,
  stop: async () => undefined,
});
