import { randomBytes } from "node:crypto";
import { AwsError } from "./aws-service";
import type { Principal } from "./principal";

export interface IssuedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const developer: Principal = { kind: "developer" };

/** Access keys given to the hosted functions, so that a call can be traced to the role it was made with. */
export class Credentials {
  private readonly issued = new Map<string, { readonly sessionToken: string; readonly principal: Principal }>();
  private readonly byActor = new Map<string, IssuedCredentials>();

  /** The same role and actor get the same credentials for as long as the host runs. */
  issue(roleArn: string, actor: string): IssuedCredentials {
    const existing = this.byActor.get(`${roleArn} ${actor}`);
    if (existing !== undefined) return existing;
    const credentials = {
      accessKeyId: `ASIALOCAL${randomBytes(6).toString("hex").toUpperCase().slice(0, 11)}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(48).toString("base64url"),
    };
    this.issued.set(credentials.accessKeyId, {
      sessionToken: credentials.sessionToken,
      principal: { kind: "role", roleArn, actor },
    });
    this.byActor.set(`${roleArn} ${actor}`, credentials);
    return credentials;
  }

  /**
   * Who calls. A key that was not issued here is the developer's own, whatever it is. The session token stands in for
   * the signature, which is not verified.
   */
  principal(accessKeyId: string | undefined, sessionToken: string | undefined): Principal {
    const issued = accessKeyId === undefined ? undefined : this.issued.get(accessKeyId);
    if (issued === undefined) return developer;
    if (issued.sessionToken !== sessionToken) {
      throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
    }
    return issued.principal;
  }
}
