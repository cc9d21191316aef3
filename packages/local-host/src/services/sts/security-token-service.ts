import { AwsError, type AwsService } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import { escapeXml } from "../../kernel/endpoint/xml";

const identity = (principal: Principal, accountId: string): { readonly arn: string; readonly userId: string } => {
  switch (principal.kind) {
    case "role": {
      const role = principal.roleArn.split("/").at(-1) ?? principal.roleArn;
      return {
        arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${principal.actor}`,
        userId: `AROALOCAL:${principal.actor}`,
      };
    }
    case "service":
      return { arn: principal.sourceArn, userId: principal.service };
    case "developer":
      return { arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  }
};

/** GetCallerIdentity, which tools call first to see whether they reach AWS at all. */
export const securityTokenService = (accountId: string): AwsService => ({
  service: "sts",
  handle: async ({ action, principal }) => {
    if (action !== "GetCallerIdentity") {
      throw new AwsError(
        "InvalidAction",
        `The local host's sts does not know the action ${action}. It knows GetCallerIdentity.`,
      );
    }
    const { arn, userId } = identity(principal, accountId);
    return {
      status: 200,
      headers: { "content-type": "text/xml" },
      body:
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
        `<Arn>${escapeXml(arn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${accountId}</Account>` +
        `</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    };
  },
});
