import { join } from "node:path";
import * as z from "zod";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { jsonService } from "../../kernel/endpoint/json-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import type { ResourceHost } from "../../kernel/resource-host";
import { type DeclaredParameter, type Parameter, ParameterStore } from "./parameter-store";
import { declaredParameterType, parameterType } from "./resource-types";

const input = z.object({ Name: z.string() });
const inputs = z.object({ Names: z.array(z.string()).min(1).max(10) });
const change = z.object({
  Name: z.string(),
  Value: z.string(),
  Type: parameterType.optional(),
  Overwrite: z.boolean().default(false),
});

export interface ParameterHost extends ResourceHost {
  readonly service: ActionService;
}

/** The program's SSM parameters. What PutParameter changed stays, until the program declares another value. */
export const parameterHost = (context: HostContext): ParameterHost => {
  let store: ParameterStore | undefined;

  const find = (name: string): Parameter | undefined => store?.get(name);

  const arnOf = (name: string): string =>
    `arn:aws:ssm:${context.graph.region}:${context.graph.accountId}:parameter/${name.replace(/^\//, "")}`;

  const check = (principal: Principal, action: string, name: string): void =>
    context.access.check({ principal, action: `ssm:${action}`, resourceArn: arnOf(name) });

  /** Without WithDecryption a SecureString is returned as its ciphertext. */
  const onWire = ({ name, type, value, version, modifiedAt }: Parameter, decrypt: boolean) => ({
    Name: name,
    Type: type,
    Value:
      type === "SecureString" && !decrypt
        ? `AQICAH${Buffer.from(`local:${name}:${version}`).toString("base64")}`
        : value,
    Version: version,
    LastModifiedDate: modifiedAt / 1_000,
    ARN: arnOf(name),
    DataType: "text",
  });

  const service = jsonService("ssm", ["AmazonSSM"], {
    GetParameter: (given, principal) => {
      const { Name } = parsed(input, given);
      check(principal, "GetParameter", Name);
      const found = find(Name);
      if (found === undefined) throw new AwsError("ParameterNotFound", `Parameter ${Name} not found.`);
      return { Parameter: onWire(found, given["WithDecryption"] === true) };
    },
    GetParameters: (given, principal) => {
      const { Names } = parsed(inputs, given);
      for (const name of Names) check(principal, "GetParameters", name);
      const found = Names.flatMap((name) => find(name) ?? []);
      return {
        Parameters: found.map((each) => onWire(each, given["WithDecryption"] === true)),
        InvalidParameters: Names.filter((name) => find(name) === undefined),
      };
    },
    PutParameter: (given, principal) => {
      const { Name, Value, Type, Overwrite } = parsed(change, given);
      check(principal, "PutParameter", Name);
      if (find(Name) !== undefined && !Overwrite) {
        throw new AwsError(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        );
      }
      return { Version: store?.put(Name, Type, Value).version, Tier: "Standard" };
    },
  });

  return {
    service,
    start: async () => {
      store = new ParameterStore(
        join(context.dataDir, "parameters"),
        declaredParameterType.in(context.graph).map(declaredBy),
      );
    },
    stop: async () => undefined,
  };
};

function declaredBy(node: ResourceNode): DeclaredParameter {
  const { type, value, insecureValue } = declaredParameterType.read(node);
  const text = value ?? insecureValue;
  if (text === undefined) throw new Error(`${node.urn}: a parameter needs value or insecureValue`);
  return { name: z.string().parse(node.outputs["name"] ?? node.id), type, value: text };
}

const parsed = <T>(schema: z.ZodType<T>, given: unknown): T => {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new AwsError(
    "ValidationException",
    result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
  );
};
