import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";

/** A secret value, such as an API key or a webhook's URL. */
export interface Secret {
  read(): Promise<string>;
  /** Called when a service no longer accepts the secret, so that the next read gets the one that replaced it. */
  forget(): void;
}

/** Milliseconds that a secret is used before it is read again: a new one takes effect within them, without a deployment. */
const usedFor = 5 * 60 * 1000;

/**
 * A secret kept as a SecureString in Parameter Store: read at once, and again after five minutes, after `forget`, and after a
 * read that failed. The last known value stays in use while Parameter Store cannot be reached.
 */
export const parameterStoreSecret = (
  client: SSMClient,
  parameterName: string,
  now: () => number = Date.now,
): Secret => {
  let known: { readonly reading: Promise<string>; readonly at: number } | undefined;

  const read = (): Promise<string> => {
    if (known !== undefined && now() - known.at < usedFor) return known.reading;
    const before = known?.reading;
    const reading = readParameter(client, parameterName).catch((error: unknown) => {
      if (before !== undefined) return before;
      known = undefined;
      throw error;
    });
    known = { reading, at: now() };
    return reading;
  };

  // Whoever needs the secret reads it again and gets the error then; without a listener Node would end the process.
  read().catch(() => undefined);

  return {
    read,
    forget: () => {
      known = undefined;
    },
  };
};

const readParameter = async (client: SSMClient, parameterName: string): Promise<string> => {
  const get = new GetParameterCommand({ Name: parameterName, WithDecryption: true });
  const { Parameter } = await client.send(get).catch((cause: unknown) => {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new Error(
      `Secret parameter ${parameterName} cannot be read (${reason}). It must exist as a SecureString that this function may read.`,
      { cause },
    );
  });
  if (!Parameter?.Value) throw new Error(`Secret parameter ${parameterName} is empty: set its value to the secret.`);
  return Parameter.Value;
};
