import type { CompactVerifyGetKey } from "jose";

/** Finds the key that signed a token, for an issuer. Rejects when there is none. */
export interface SigningKeys {
  /** Undefined when this source does not know the issuer. */
  keysOf(issuer: string): CompactVerifyGetKey | undefined;
}
