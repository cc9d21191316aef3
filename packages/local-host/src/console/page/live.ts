/** Reads JSON of the host. */
export const getJson = async <Answer>(path: string): Promise<Answer> => {
  const response = await fetch(`/_console${path}`);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  // The host's own answer; both sides share its type.
  return (await response.json()) as Answer;
};

/** Has the host do something; rejects with what it says against it. */
export const post = async (path: string, input: Readonly<Record<string, string>>): Promise<void> => {
  const response = await fetch(`/_console${path}`, { method: "POST", body: JSON.stringify(input) });
  if (response.ok) return;
  // The host's own answer.
  const { error } = (await response.json()) as { readonly error: string };
  throw new Error(error);
};

/** Does something now and again and again while the page can be seen. `outcome` hears whether it went well. */
export const whileVisible = (
  everyMs: number,
  work: () => Promise<void>,
  outcome: (went: boolean) => void = () => undefined,
): void => {
  let timer: number | undefined;
  let atWork = false;
  const turn = async (): Promise<void> => {
    window.clearTimeout(timer);
    if (document.hidden || atWork) return;
    atWork = true;
    await work().then(
      () => outcome(true),
      () => outcome(false),
    );
    atWork = false;
    timer = window.setTimeout(turn, everyMs);
  };
  document.addEventListener("visibilitychange", turn);
  void turn();
};
