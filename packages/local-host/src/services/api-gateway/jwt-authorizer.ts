import { type CompactVerifyGetKey, compactVerify, decodeProtectedHeader, errors } from "jose";
import * as z from "zod";
import type { JwtAuthorizerSettings } from "./declared-api";
import { KeysUnreachable } from "./issuer-keys";

type Authorization =
  | {
      readonly kind: "allowed";
      readonly claims: Readonly<Record<string, string>>;
      readonly scopes: readonly string[] | null;
    }
  /** No token, or one that is not valid; `reason` is undefined when there was none. */
  | { readonly kind: "unauthorized"; readonly reason?: string }
  /** A valid token without any of the route's scopes. */
  | { readonly kind: "forbidden"; readonly reason: string };

interface IdentitySources {
  readonly header: (name: string) => string | undefined;
  readonly query: (name: string) => string | undefined;
}

/** API Gateway accepts RSA signatures only. */
const algorithms = ["RS256", "RS384", "RS512"];

const tokensRemembered = 1_000;

const text = new TextDecoder();

const claimsOfToken = z.looseObject({
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  scope: z.string().optional(),
  scp: z.union([z.string(), z.array(z.string())]).optional(),
});

type Claims = z.output<typeof claimsOfToken>;

class InvalidToken extends Error {
  override readonly name = "InvalidToken";
}

/**
 * Claims as an integration gets them: all strings, a list as `[a b]`, without those that are null.
 * Measured on AWS, see https://github.com/floci-io/floci/pull/2011.
 */
function claimsForIntegration(claims: Claims): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(claims)) {
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) result[name] = `[${value.join(" ")}]`;
    else result[name] = typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  return result;
}

function scopesOf({ scope, scp }: Claims): readonly string[] {
  const granted = scp ?? scope ?? [];
  return typeof granted === "string" ? granted.split(" ").filter((it) => it !== "") : granted;
}

async function verifiedClaims(token: string, keys: CompactVerifyGetKey): Promise<Claims> {
  if (token.split(".").length !== 3) throw new InvalidToken("token contains an invalid number of segments");
  try {
    const { alg } = decodeProtectedHeader(token);
    if (alg === undefined || !algorithms.includes(alg))
      throw new InvalidToken(`signing method ${alg ?? "none"} is invalid`);
    const { payload } = await compactVerify(token, keys, { algorithms });
    return claimsOfToken.parse(JSON.parse(text.decode(payload)));
  } catch (error) {
    if (error instanceof InvalidToken || error instanceof KeysUnreachable) throw error;
    if (error instanceof errors.JWKSNoMatchingKey) throw new InvalidToken("kid not found in the issuer's keys");
    if (error instanceof errors.JWSSignatureVerificationFailed)
      throw new InvalidToken("crypto/rsa: verification error");
    if (
      error instanceof errors.JOSEError ||
      error instanceof TypeError ||
      error instanceof SyntaxError ||
      error instanceof z.ZodError
    ) {
      throw new InvalidToken("the token is malformed");
    }
    throw new KeysUnreachable("JWKS communication error", { cause: error });
  }
}

/** The checks of a token's claims, in API Gateway's documented order. `now` is in seconds. */
function checkClaims(claims: Claims, settings: JwtAuthorizerSettings, now: number): void {
  if (claims.iss !== settings.issuer) throw new InvalidToken("the token does not have a valid issuer");
  // client_id counts only where there is no aud.
  const audience = claims.aud ?? claims.client_id ?? [];
  const audiences = typeof audience === "string" ? [audience] : audience;
  if (!audiences.some((it) => settings.audiences.includes(it))) {
    throw new InvalidToken("the token does not have a valid audience");
  }
  if (claims.exp === undefined || claims.exp <= now) throw new InvalidToken("the token has expired");
  if (claims.nbf !== undefined && claims.nbf > now) throw new InvalidToken("the token is not valid yet");
  if (claims.iat !== undefined && claims.iat > now) throw new InvalidToken("the token was issued in the future");
}

/**
 * Decides on a request as a JWT authorizer does.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class JwtAuthorizer {
  private readonly settings: JwtAuthorizerSettings;
  private readonly keys: CompactVerifyGetKey;
  private readonly sourceKind: "header" | "query";
  private readonly sourceName: string;
  /** A signature is verified once; what a token claims is checked with every request. */
  private readonly verified = new Map<string, Claims>();

  constructor(settings: JwtAuthorizerSettings, keys: CompactVerifyGetKey) {
    this.settings = settings;
    this.keys = keys;
    const [, kind, name = ""] = settings.identitySource.split(".");
    this.sourceKind = kind === "header" ? "header" : "query";
    this.sourceName = kind === "header" ? name.toLowerCase() : name;
  }

  async authorize(request: IdentitySources, routeScopes: readonly string[]): Promise<Authorization> {
    const token = request[this.sourceKind](this.sourceName)
      ?.replace(/^Bearer\s+/i, "")
      .trim();
    if (token === undefined || token === "") return { kind: "unauthorized" };
    try {
      const claims = this.verified.get(token) ?? (await verifiedClaims(token, this.keys));
      this.remember(token, claims);
      checkClaims(claims, this.settings, Date.now() / 1000);
      const granted = scopesOf(claims);
      if (routeScopes.length > 0 && !granted.some((scope) => routeScopes.includes(scope))) {
        return { kind: "forbidden", reason: "the token does not have any of the route's scopes" };
      }
      return { kind: "allowed", claims: claimsForIntegration(claims), scopes: routeScopes.length > 0 ? granted : null };
    } catch (error) {
      if (error instanceof InvalidToken || error instanceof KeysUnreachable) {
        return { kind: "unauthorized", reason: error.message };
      }
      throw error;
    }
  }

  private remember(token: string, claims: Claims): void {
    if (this.verified.size >= tokensRemembered) this.verified.clear();
    this.verified.set(token, claims);
  }
}

/** The `www-authenticate` header that goes with a refusal. */
export function challenge(
  refusal: Exclude<Authorization, { kind: "allowed" }>,
  routeScopes: readonly string[],
): string {
  if (refusal.reason === undefined) return "Bearer";
  const error = refusal.kind === "forbidden" ? "insufficient_scope" : "invalid_token";
  return `Bearer scope="${routeScopes.join(" ")}" error="${error}" error_description="${refusal.reason}"`;
}
