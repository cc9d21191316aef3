/** Something the user must know and can put right: shown as its message, without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** 1: refused or failed; 2: the command line is wrong. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
