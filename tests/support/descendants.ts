import { readdirSync, readFileSync } from "node:fs";

/** The parent of each process, as Linux tells it. */
function parents(): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      // The program's name is in parentheses and may hold anything; the state and the parent follow.
      const [state, parent] = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      if (state !== "Z") found.set(Number(name), Number(parent));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** The processes that a process has started, and those that these have, and so on. */
export function descendantsOf(pid: number): readonly number[] {
  const all = parents();
  const children = (of: number): readonly number[] =>
    [...all].filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...children(child)]);
  return children(pid);
}

export const alive = (pids: readonly number[]): readonly number[] => {
  const all = parents();
  return pids.filter((pid) => all.has(pid));
};
