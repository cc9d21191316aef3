import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";

/** A port that the host wants is taken. The message says by what, if that can be known, and how to choose another. */
export class PortError extends Error {
  override readonly name = "PortError";
}

const bind = (port: number, host: string): Promise<number> =>
  new Promise((settle, refuse) => {
    const server = createServer();
    server.once("error", refuse);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => settle(typeof address === "object" && address !== null ? address.port : port));
    });
  });

/** `localhost` is either; a machine without IPv6 has only the first. */
const bindToBoth = async (port: number): Promise<number> => {
  const bound = await bind(port, "127.0.0.1");
  await bind(bound, "::1").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw error;
  });
  return bound;
};

/**
 * Checks that a port is free, or finds a free one for 0. Throws PortError that names the option to change it.
 * @param taken a port that is free and promised already
 */
export async function availablePort(port: number, option: string, taken?: number): Promise<number> {
  try {
    for (;;) {
      const found = await bindToBoth(port);
      if (port !== 0 || found !== taken) return found;
    }
  } catch (error) {
    const holder = holderOf(port);
    throw new PortError(
      `Port ${port} is in use${holder === undefined ? "" : ` by ${holder}`}. Choose another with ${option} <number>, or 0 for any free one. (${String(error)})`,
    );
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
