import { InvalidArgumentError } from "commander";

/** Reads an option's value. */
export const seconds = (text: string): number => {
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("It must be a whole number of seconds, 1 or more.");
};
