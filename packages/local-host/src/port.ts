import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";

/** A port that the host wants cannot be had. The message says by what, if that can be known, and how to choose another. */
export class PortError extends Error {
  override readonly name = "PortError";
}

const bind = (port: number, host: string): Promise<void> =>
  new Promise((settle, refuse) => {
    const server = createServer();
    server.once("error", refuse);
    server.listen(port, host, () => server.close(() => settle()));
  });

/** `localhost` is either; a machine without IPv6 has only the first. */
const bindToBoth = async (port: number): Promise<void> => {
  await bind(port, "127.0.0.1");
  await bind(port, "::1").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw error;
  });
};

/**
 * A port that nobody listens on. Below those that systems give to outgoing connections (from 32,768 on Linux, 49,152
 * elsewhere), or one of them could have it before it is listened on.
 *
 * @param taken a port that is free and promised already
 */
export async function anyFreePort(taken?: number): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = randomInt(20_000, 32_768);
    if (port === taken) continue;
    try {
      await bindToBoth(port);
      return port;
    } catch (error) {
      if (tries === 100) throw new PortError(`None of 100 ports from 20000 to 32767 is free. (${String(error)})`);
    }
  }
}

/** Checks that a port is free, or finds a free one for 0. Throws PortError that names the option to change it. */
export async function availablePort(port: number, option: string, taken?: number): Promise<number> {
  if (port === 0) return anyFreePort(taken);
  try {
    await bindToBoth(port);
    return port;
  } catch (error) {
    const choose = `Choose another with ${option} <number>, or 0 for any free one. (${String(error)})`;
    // Any error has a code or none; what is read of it is compared only.
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") {
      throw new PortError(`Port ${port} cannot be listened on. ${choose}`);
    }
    const holder = holderOf(port);
    throw new PortError(`Port ${port} is in use${holder === undefined ? "" : ` by ${holder}`}. ${choose}`);
  }
}

/** The process that listens on a port, as Linux tells it; undefined elsewhere, or when it belongs to someone else. */
function holderOf(port: number): string | undefined {
  try {
    const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
    const sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => readFileSync(file, "utf8").split("\n"));
    const listening = sockets
      .map((line) => line.trim().split(/\s+/))
      .find((it) => it[1]?.endsWith(wanted) && it[3] === "0A");
    const inode = listening?.[9];
    if (inode === undefined) return undefined;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      if (hasSocket(pid, inode)) {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
        return `process ${pid} (${command.slice(0, 80)})`;
      }
    }
  } catch {
    // Not Linux: the port is named without its holder.
  }
  return undefined;
}

function hasSocket(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false;
  }
}
