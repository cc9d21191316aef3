/**
 * Calls a service and reports how long it took, with its answer, or with undefined when the call was rejected. Every call is
 * reported, also a retry for the same order.
 */
export const timed = async <Answer>(
  call: () => Promise<Answer>,
  report: (answer: Answer | undefined, milliseconds: number) => void,
): Promise<Answer> => {
  const started = performance.now();
  let answer: Answer | undefined;
  try {
    answer = await call();
    return answer;
  } finally {
    report(answer, Math.round(performance.now() - started));
  }
};
