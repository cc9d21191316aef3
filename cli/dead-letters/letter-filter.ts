import type { DeadLetter } from "./dead-letter";

/** Which messages are meant. Default: all. */
export interface LetterFilter {
  readonly order?: string | undefined;
  readonly reason?: string | undefined;
}

export const isFiltered = ({ order, reason }: LetterFilter): boolean => order !== undefined || reason !== undefined;

export const isMeant = ({ order, reason }: LetterFilter, letter: DeadLetter): boolean =>
  (order === undefined || letter.order_id === order) && (reason === undefined || letter.reason === reason);
