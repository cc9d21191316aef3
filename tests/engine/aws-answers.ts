import { physicalOutputs } from "../../packages/local-host/src/kernel/program/physical-outputs";

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

/** What AWS would answer when a resource is made; the local host's own table, so that both agree. */
export const created = (urn: string, inputs: Readonly<Record<string, unknown>>): Answer => {
  const [type = "", name = ""] = urn.split("::").slice(2);
  return physicalOutputs({ urn, type: type.split("$").at(-1) ?? "", name, inputs }, placement);
};

/** What the functions of the AWS provider answer that the program calls. */
export const invoked = (token: string): Readonly<Record<string, unknown>> => {
  const { accountId } = placement;
  if (token === "aws:index/getCallerIdentity:getCallerIdentity") {
    return { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, id: accountId };
  }
  throw new Error(`The program calls ${token}, which has no answer here: add one to aws-answers.ts.`);
};
