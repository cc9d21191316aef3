import { type CompactVerifyGetKey, createLocalJWKSet, type JSONWebKeySet } from "jose";
import { signAccessToken } from "./access-token";
import type { DeclaredClient, DeclaredPool } from "./declared-pool";
import { loadPoolSecrets, type PoolSecrets } from "./pool-secrets";

export interface TokenRequest {
  /** Defaults to the pool's only client. */
  readonly clientId?: string | undefined;
  /** Defaults to the client's id. */
  readonly sub?: string | undefined;
  /** Separated by spaces; defaults to every scope of the client that a machine may have. */
  readonly scope?: string | undefined;
  /** Further claims, or other values for those that a token has. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Seconds; defaults to the client's access token validity. Negative for a token that has expired already. */
  readonly expiresIn?: number | undefined;
}

/** A hosted user pool: its keys, its clients, its tokens. */
export class UserPool {
  readonly declared: DeclaredPool;
  private readonly dataDir: string;
  private loading: Promise<PoolSecrets> | undefined;
  private verifying: Promise<CompactVerifyGetKey> | undefined;

  constructor(declared: DeclaredPool, dataDir: string) {
    this.declared = declared;
    this.dataDir = dataDir;
  }

  secrets(): Promise<PoolSecrets> {
    this.loading ??= loadPoolSecrets(this.declared, this.dataDir);
    return this.loading;
  }

  async jwks(): Promise<JSONWebKeySet> {
    return { keys: [(await this.secrets()).publicJwk] };
  }

  verificationKey(): CompactVerifyGetKey {
    return async (header, token) => {
      this.verifying ??= this.jwks().then((jwks) => createLocalJWKSet(jwks));
      return (await this.verifying)(header, token);
    };
  }

  client(id: string): DeclaredClient | undefined {
    return this.declared.clients.find((client) => client.id === id);
  }

  /** The scopes a machine gets when it names none. */
  machineScopes(client: DeclaredClient): readonly string[] {
    return client.scopes.filter((scope) => this.declared.customScopes.includes(scope));
  }

  async mintToken(request: TokenRequest): Promise<{ readonly token: string; readonly expiresIn: number }> {
    const client = this.clientFor(request.clientId);
    const expiresIn = request.expiresIn ?? client.accessTokenValidity;
    const token = await signAccessToken(
      {
        issuer: this.declared.issuer,
        clientId: client.id,
        sub: request.sub ?? client.id,
        scope: request.scope ?? this.machineScopes(client).join(" "),
        expiresIn,
        ...(request.claims === undefined ? {} : { claims: request.claims }),
      },
      await this.secrets(),
    );
    return { token, expiresIn };
  }

  private clientFor(id: string | undefined): DeclaredClient {
    const { clients, id: poolId } = this.declared;
    const only = clients.length === 1 ? clients[0] : undefined;
    const client = id === undefined ? only : this.client(id);
    if (client !== undefined) return client;
    const known = clients.map((it) => `${it.id} (${it.name})`).join(", ") || "none";
    throw new RangeError(
      id === undefined
        ? `User pool ${poolId} has not just one client: name one in clientId. Clients: ${known}.`
        : `User pool ${poolId} has no client ${id}. Clients: ${known}.`,
    );
  }
}
