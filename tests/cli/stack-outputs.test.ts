import { describe, expect, it } from "vitest";
import { CommandError } from "../../cli/command-error";
import { readStackOutputs } from "../../cli/stack-outputs";

const outputs = {
  api_endpoint: "https://api.example",
  intake_topic_arn: "arn:aws:sns:eu-central-1:111122223333:orders-intake",
  import_bucket: "orders-import",
  fulfilment_queue_url: "https://sqs.example/orders-fulfilment",
};

const read = (value: unknown) => () => readStackOutputs(JSON.stringify(value), "The output of the stack dev");

describe("the outputs of a stack", () => {
  it("are read, with or without a user pool, beside any others", () => {
    const pool = { token_endpoint: "https://auth.example/token", user_pool_client_id: "client" };
    expect(read(outputs)()).toEqual(outputs);
    expect(read({ ...outputs, ...pool, partner_queue_urls: {} })()).toEqual({ ...outputs, ...pool });
  });

  it.each([
    [{ ...outputs, import_bucket: undefined }, "api_endpoint, intake_topic_arn, fulfilment_queue_url", "import_bucket"],
    [{ ...outputs, api_endpoint: 7 }, Object.keys(outputs).join(", "), "api_endpoint"],
    [{ bucket: "photos" }, "bucket", Object.keys(outputs).join(", ")],
    [{}, "no outputs", Object.keys(outputs).join(", ")],
    [null, "no outputs", Object.keys(outputs).join(", ")],
    ["text", "no outputs", Object.keys(outputs).join(", ")],
  ])("%j are refused by what they have and should have", (value, has, lacks) => {
    const message = `The output of the stack dev is not of an order pipeline: it has ${has}, and should have text for ${lacks}.`;
    expect(read(value)).toThrow(new CommandError(message));
  });

  it("are refused by their source when they are cut off", () => {
    expect(() => readStackOutputs('{"api_endpoint": "htt', ".local/outputs.json")).toThrow(
      /^\.local\/outputs\.json is damaged, it should be JSON: Unterminated string/,
    );
  });
});
