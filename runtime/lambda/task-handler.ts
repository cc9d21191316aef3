import * as z from "zod";
import { fieldErrors } from "../values/field-errors";
import { type LambdaHandler, type LambdaHandlerOptions, lambdaHandler } from "./lambda-handler";
import { duringAttempt } from "./work-in-hand";

export interface TaskHandlerOptions<Environment extends z.ZodObject, Input extends z.ZodType, Output>
  extends LambdaHandlerOptions<Environment, (input: z.infer<Input>) => Promise<Output>> {
  readonly input: Input;
}

/** What a workflow passes about the step itself. */
const stepSchema = z.object({
  /** `$$.State.RetryCount` */
  retries: z.int().min(0).default(0),
});

/**
 * A step of a workflow. What it throws reaches the workflow by the error's name, which its Retry and Catch match.
 *
 * @throws InvalidTaskInput when the workflow's input does not match `input`
 */
export const taskHandler = <Environment extends z.ZodObject, Input extends z.ZodType, Output>({
  environment,
  input,
  build,
}: TaskHandlerOptions<Environment, Input, Output>): LambdaHandler<Environment, unknown, Output> =>
  lambdaHandler({
    environment,
    build: (values) => {
      const work = build(values);
      return async (event: unknown) => {
        const read = input.safeParse(event);
        if (!read.success) {
          const wrong = fieldErrors(read.error, event).map(({ pointer }) => pointer || "the whole input");
          throw new InvalidTaskInput(`the workflow's input is wrong at ${wrong.join(", ")}`);
        }
        const { retries } = stepSchema.catch({ retries: 0 }).parse(event);
        return duringAttempt(retries + 1, () => work(read.data));
      };
    },
  });

export class InvalidTaskInput extends Error {
  override readonly name = "InvalidTaskInput";
}
