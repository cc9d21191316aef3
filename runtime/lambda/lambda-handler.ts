import type { Context } from "aws-lambda";
import type * as z from "zod";
import { duringInvocation } from "./work-in-hand";

/** A Lambda handler that declares the environment variables it needs, so that a deployment without one does not compile. */
export interface LambdaHandler<Environment extends z.ZodObject, Event, Result> {
  (event: Event, context: Context): Promise<Result>;
  readonly environment: Environment;
}

export interface LambdaHandlerOptions<Environment extends z.ZodObject, Handle> {
  readonly environment: Environment;
  /** Makes clients and adapters, once per execution environment. */
  readonly build: (environment: z.infer<Environment>) => Handle;
}

/**
 * Builds in Lambda's init phase, which is faster than an invocation and fails at once for a wrong environment; elsewhere, such
 * as when the Pulumi program imports the handler, on the first call.
 *
 * @throws from the init phase or the first call, naming each environment variable that is missing or wrong
 */
export const lambdaHandler = <Environment extends z.ZodObject, Event, Result>({
  environment,
  build,
}: LambdaHandlerOptions<Environment, (event: Event, context: Context) => Promise<Result>>): LambdaHandler<
  Environment,
  Event,
  Result
> => {
  let handle: ((event: Event, context: Context) => Promise<Result>) | undefined;
  const built = () => {
    handle ??= build(readEnvironment(environment));
    return handle;
  };
  if (runsInLambda()) built();
  return Object.assign(async (event: Event, context: Context) => duringInvocation(() => built()(event, context)), {
    environment,
  });
};

/** A Pulumi program may itself run in Lambda, and then only imports the handlers. */
const runsInLambda = (): boolean =>
  process.env["AWS_LAMBDA_FUNCTION_NAME"] !== undefined && process.env["PULUMI_NODEJS_PROJECT"] === undefined;

const readEnvironment = <Environment extends z.ZodObject>(schema: Environment): z.infer<Environment> => {
  const read = schema.safeParse(process.env);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`environment of the function is wrong: ${wrong.join("; ")}`);
};
