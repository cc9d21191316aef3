import { spawn } from "node:child_process";
import { nodeArguments } from "./host-command";

/** How a script ended, and what it wrote to standard error. */
export interface ScriptEnd {
  readonly code: number | null;
  readonly complaint: string;
}

/**
 * Runs a TypeScript file in a process of its own, which gets `request` as JSON.
 * @param cwd its working folder; this process's by default
 */
export const runScript = (file: string, request: unknown, cwd = process.cwd()): Promise<ScriptEnd> =>
  new Promise((settle, refuse) => {
    const child = spawn(process.execPath, [...nodeArguments, file, JSON.stringify(request)], {
      cwd,
      stdio: ["ignore", "inherit", "pipe"],
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    child.on("error", refuse);
    child.on("close", (code) => settle({ code, complaint }));
  });
