import { createHmac, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { SignJWT } from "jose";
import * as z from "zod";

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const partsOf = (
  jwt: string,
): readonly [header: Record<string, unknown>, claims: Record<string, unknown>, signature: string] => {
  const [header = "", claims = "", signature = ""] = jwt.split(".");
  const decoded = (part: string) =>
    z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(part, "base64url").toString()));
  return [decoded(header), decoded(claims), signature];
};

/** The same claims, signed by the issuer's key id but with a key of one's own. */
export const forged = async (jwt: string): Promise<string> => {
  const [header, claims] = partsOf(jwt);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: String(header["kid"]) }).sign(privateKey);
};

/** Signed with the issuer's public key, taken for a secret. */
export const confused = async (jwt: string, awsEndpoint: string): Promise<string> => {
  const [header, claims] = partsOf(jwt);
  const { pathname } = new URL(String(claims["iss"]));
  const jwks = await (await fetch(`${awsEndpoint}${pathname}/.well-known/jwks.json`)).json();
  const [key] = z.object({ keys: z.array(z.looseObject({ n: z.string() })) }).parse(jwks).keys;
  const signed = `${base64url({ ...header, alg: "HS256" })}.${base64url(claims)}`;
  const secret = JSON.stringify(key satisfies JsonWebKey | undefined);
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
};

export const resigned = (jwt: string, change: (claims: Record<string, unknown>) => Record<string, unknown>): string => {
  const [header, claims, signature] = partsOf(jwt);
  return `${base64url(header)}.${base64url(change(claims))}.${signature}`;
};

export const withoutSignature = (jwt: string): string => {
  const [header, claims] = partsOf(jwt);
  return `${base64url({ ...header, alg: "none" })}.${base64url(claims)}.`;
};
