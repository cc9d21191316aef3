import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

const found = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** The browser of this machine, and what to say where there is none. */
export const browserOnPath = {
  exists: found !== undefined,
  hint: found === undefined ? " (skipped: no chromium on the PATH; on Debian, apt-get install chromium)" : "",
  launch: (): Promise<Browser> =>
    chromium.launch({
      ...(found !== undefined && { executablePath: found }),
      // Chromium's sandbox refuses to run as root, as a container's only user is.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    }),
};
