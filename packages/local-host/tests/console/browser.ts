import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

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

/** A page whose errors, and those of its console, are added to `complaints`. */
export const watchedPage = async (browser: Browser, complaints: string[]): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return page;
};
