import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";

export interface ApiKey {
  read(): Promise<string>;
  /** Called when a service no longer takes the key, so that the next read gets the one that replaced it. */
  forget(): void;
}

/** A key kept as a SecureString in Parameter Store: read at once, and again after it was forgotten or could not be read. */
export const parameterStoreKey = (client: SSMClient, parameterName: string): ApiKey => {
  let reading: Promise<string> | undefined;

  const read = (): Promise<string> => {
    reading ??= readParameter(client, parameterName).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };

  // Whoever needs the key reads it again and gets the error then; without a listener Node would end the process.
  read().catch(() => undefined);

  return {
    read,
    forget: () => {
      reading = undefined;
    },
  };
};

const readParameter = async (client: SSMClient, parameterName: string): Promise<string> => {
  const get = new GetParameterCommand({ Name: parameterName, WithDecryption: true });
  const { Parameter } = await client.send(get).catch((cause: unknown) => {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new Error(
      `API key parameter ${parameterName} cannot be read (${reason}). It must exist as a SecureString that this function may read.`,
      { cause },
    );
  });
  if (!Parameter?.Value) throw new Error(`API key parameter ${parameterName} is empty: put the service's key there.`);
  return Parameter.Value;
};
