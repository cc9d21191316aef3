import { randomUUID } from "node:crypto";
import { type CryptoKey, SignJWT } from "jose";

interface AccessTokenContents {
  readonly issuer: string;
  readonly clientId: string;
  /** The client's id for a machine, the user's id for a person. */
  readonly sub: string;
  /** Separated by spaces. */
  readonly scope: string;
  /** Seconds; negative for a token that has expired already. */
  readonly expiresIn: number;
  /** Further claims, or other values for those above. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A signed access token with the claims of Cognito's. */
export function signAccessToken(
  contents: AccessTokenContents,
  key: { readonly kid: string; readonly privateKey: CryptoKey },
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const issuedAt = Math.min(now, now + contents.expiresIn);
  return new SignJWT({
    sub: contents.sub,
    token_use: "access",
    scope: contents.scope,
    auth_time: issuedAt,
    iss: contents.issuer,
    exp: now + contents.expiresIn,
    iat: issuedAt,
    version: 2,
    jti: randomUUID(),
    client_id: contents.clientId,
    ...contents.claims,
  })
    .setProtectedHeader({ kid: key.kid, alg: "RS256" })
    .sign(key.privateKey);
}
