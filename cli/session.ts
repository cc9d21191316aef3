import { CommandError } from "./command-error";
import { OrdersClient } from "./orders-client";
import { Output } from "./output";
import { findTarget, type Target, type TargetOptions } from "./target";
import { whyUnreachable } from "./unreachable";

/** The options that all commands share. */
export interface SessionOptions extends TargetOptions {
  readonly json?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly target: Target;
  readonly orders: () => Promise<OrdersClient>;
  readonly output: Output;
}

/** Does a command's work with what the options of the program lead to. */
export type UseSession = (work: (session: Session) => Promise<void>) => Promise<void>;

/** Does a command's work on the target that the options name. */
export async function inSession(options: SessionOptions, work: (session: Session) => Promise<void>): Promise<void> {
  const target = await findTarget(options);
  const orders = async () => new OrdersClient(target.outputs.api_endpoint, await target.token());
  await onTarget(target, () => work({ target, orders, output: new Output(options) }));
}

/** What the network and the SDK throw while something is done on a target becomes a CommandError that says what to do. */
export async function onTarget<Result>(target: Target, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const unreachable = whyUnreachable(error);
    if (unreachable !== undefined) throw new CommandError(`${target.unreachable} (${unreachable}).`);
    if (error instanceof Error && error.name === "CredentialsProviderError") {
      throw new CommandError(
        `There are no AWS credentials, which trace, publish, import, dlq, replay, smoke and load need on a stack: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (${error.message}).`,
      );
    }
    throw error;
  }
}
