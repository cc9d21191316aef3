/**
 * Calls a service and tells how long it took, with its answer, or undefined when the call was rejected. Every call is told,
 * a repeat for the same order too: it is what the service has been asked.
 */
export const timed = async <Answer>(
  call: () => Promise<Answer>,
  tell: (answer: Answer | undefined, milliseconds: number) => void,
): Promise<Answer> => {
  const started = performance.now();
  let answer: Answer | undefined;
  try {
    answer = await call();
    return answer;
  } finally {
    tell(answer, Math.round(performance.now() - started));
  }
};
