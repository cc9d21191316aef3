/** A task's error as Retry and Catch see it: the name is the Error, the message the Cause. */
export class TaskFailure extends Error {
  override readonly name: string;
  /** The two are read by the engine: false for errors that neither Retry nor Catch may handle. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(error: string, cause: string, { terminal = false } = {}) {
    super(cause);
    this.name = error;
    this.isRetryable = !terminal;
    this.isCatchable = !terminal;
  }
}
