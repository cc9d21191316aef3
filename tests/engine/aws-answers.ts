import { awsProvider } from "pulumi-local-host/testing/aws-provider";

const placement = {
  accountId: "000000000000",
  region: "eu-central-1",
  awsEndpoint: "https://sqs.eu-central-1.amazonaws.com",
  apiEndpoint: "https://api-id.execute-api.eu-central-1.amazonaws.com",
};

export interface Answer {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What AWS would answer when a resource is made; the local host's own answers, so that both agree. */
export const created = (urn: string, inputs: Readonly<Record<string, unknown>>): Answer => {
  const [type = "", name = ""] = urn.split("::").slice(2);
  const { id, outputs } = awsProvider.provision({ urn, type: type.split("$").at(-1) ?? "", name, inputs }, placement);
  // The AWS provider gives the id among the outputs as well, and the policy pack reads it there.
  return { id, outputs: { ...outputs, id } };
};

/** What the functions of the AWS provider answer that the program calls. */
export const invoked = (token: string): Readonly<Record<string, unknown>> => awsProvider.call(token, placement);
