import { type CompactVerifyGetKey, createRemoteJWKSet } from "jose";
import * as z from "zod";
import type { SigningKeys } from "./signing-keys";

const openIdConfiguration = z.object({ jwks_uri: z.url() });

/** API Gateway keeps an issuer's public keys for up to two hours. */
const keysAreKeptFor = 2 * 60 * 60 * 1000;

/** The issuer's keys could not be fetched; `message` is what API Gateway tells the client. */
export class KeysUnreachable extends Error {
  override readonly name = "KeysUnreachable";
}

async function discoverKeys(issuer: string): Promise<CompactVerifyGetKey> {
  try {
    const answer = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5_000),
    });
    const { jwks_uri } = openIdConfiguration.parse(await answer.json());
    return createRemoteJWKSet(new URL(jwks_uri), { cacheMaxAge: keysAreKeptFor });
  } catch (cause) {
    throw new KeysUnreachable("OIDC discovery endpoint communication error", { cause });
  }
}

/** The keys of an issuer that is not hosted here, found through its OpenID configuration and kept. */
export class IssuerKeys implements SigningKeys {
  private readonly found = new Map<string, Promise<CompactVerifyGetKey>>();

  keysOf(issuer: string): CompactVerifyGetKey {
    return async (header, token) => {
      const keys = this.found.get(issuer) ?? discoverKeys(issuer);
      this.found.set(issuer, keys);
      // A failed discovery is tried again with the next token.
      keys.catch(() => this.found.delete(issuer));
      return (await keys)(header, token);
    };
  }
}
