import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import * as z from "zod";
import { DamagedData } from "../../kernel/damaged-data";
import type { DeclaredPool } from "./declared-pool";

const rsaJwk = z.looseObject({ kty: z.literal("RSA"), n: z.string(), e: z.string() });

const stored = z.object({
  kid: z.string(),
  privateKey: rsaJwk,
  publicKey: rsaJwk,
  /** By client id. */
  clientSecrets: z.record(z.string(), z.string()),
});

type Stored = z.output<typeof stored>;

/** A user pool's signing key and its clients' secrets. */
export interface PoolSecrets {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** As the pool's JWKS shows it. */
  readonly publicJwk: JWK;
  readonly clientSecrets: ReadonlyMap<string, string>;
}

const lettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";

/** 51 characters, as Cognito makes them. The modulo's bias is of no account on one's own machine. */
const newClientSecret = (): string => [...randomBytes(51)].map((byte) => lettersAndDigits[byte % 36]).join("");

async function newPool(): Promise<Stored> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  return {
    kid: randomBytes(32).toString("base64"),
    privateKey: rsaJwk.parse(await exportJWK(privateKey)),
    publicKey: rsaJwk.parse(await exportJWK(publicKey)),
    clientSecrets: {},
  };
}

async function readPool(file: string): Promise<Stored | undefined> {
  try {
    return stored.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new DamagedData(`${file} does not hold a user pool's keys: ${String(error)}`);
  }
}

/** Written aside, flushed and renamed, so that a crash leaves either the old file or the new one. */
async function writePool(file: string, pool: Stored): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const aside = `${file}.new`;
  const handle = await open(aside, "w", 0o600);
  try {
    await handle.writeFile(JSON.stringify(pool));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, file);
}

/** A pool's key and client secrets, made on first use and kept, so that tokens stay valid over a restart. */
export async function loadPoolSecrets(pool: DeclaredPool, dataDir: string): Promise<PoolSecrets> {
  const file = join(dataDir, "user-pool", `${pool.id}.json`);
  const before = await readPool(file);
  const kept = before ?? (await newPool());
  const clientSecrets = { ...kept.clientSecrets };
  for (const client of pool.clients) {
    if (!client.hasSecret) delete clientSecrets[client.id];
    else clientSecrets[client.id] = client.knownSecret ?? clientSecrets[client.id] ?? newClientSecret();
  }
  const after = { ...kept, clientSecrets };
  if (before === undefined || JSON.stringify(before) !== JSON.stringify(after)) await writePool(file, after);
  const privateKey = await importJWK(kept.privateKey, "RS256");
  if (privateKey instanceof Uint8Array) throw new Error(`${file} holds a symmetric key, expected an RSA key.`);
  return {
    kid: kept.kid,
    privateKey,
    publicJwk: { alg: "RS256", e: kept.publicKey.e, kid: kept.kid, kty: "RSA", n: kept.publicKey.n, use: "sig" },
    clientSecrets: new Map(Object.entries(clientSecrets)),
  };
}
