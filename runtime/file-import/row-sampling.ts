import type { Clock } from "../values/clock";

/** As X-Ray's own rule has it, with more in the first second: a small file is traced whole. */
const rowsEachSecond = 25;
const oneOf = 20;

/**
 * Which rows of files are traced: the first of every second, and 5 % of the others. X-Ray bills each trace, and throttles an
 * account that sends it a large file's burst.
 */
export const rowSampling = ({ now }: Clock): (() => boolean) => {
  let [second, rows] = [0, 0];
  return () => {
    const current = Math.floor(now().getTime() / 1_000);
    if (current !== second) [second, rows] = [current, 0];
    rows += 1;
    return rows <= rowsEachSecond || rows % oneOf === 0;
  };
};
