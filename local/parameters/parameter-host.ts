import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { DamagedData } from "../damaged-data";
import { AwsError, type AwsService, type ResourceHost } from "../endpoint/aws-service";
import { jsonService } from "../endpoint/json-service";
import type { Principal } from "../endpoint/principal";
import { readInputs } from "../endpoint/read-inputs";
import type { HostContext } from "../host-context";
import { resourcesOf } from "../program/resource-graph";

const parameterType = "aws:ssm/parameter:Parameter";

const type = z.enum(["String", "StringList", "SecureString"]);

const parameter = z.object({ name: z.string(), type, value: z.string(), version: z.number(), modifiedAt: z.number() });
type Parameter = z.output<typeof parameter>;

const shape = {
  type,
  value: z.string().optional(),
  insecureValue: z.string().optional(),
};
const ignored = ["name", "description", "tier", "keyId", "dataType", "allowedPattern", "overwrite", "arn"];

const input = z.object({ Name: z.string() });
const inputs = z.object({ Names: z.array(z.string()).min(1).max(10) });
const change = z.object({
  Name: z.string(),
  Value: z.string(),
  Type: type.optional(),
  Overwrite: z.boolean().default(false),
});

export interface ParameterHost extends ResourceHost {
  readonly service: AwsService;
}

/** The program's SSM parameters. What PutParameter changed stays, until the program declares another value. */
export const parameterHost = (context: HostContext): ParameterHost => {
  const folder = join(context.dataDir, "parameters");
  const file = join(folder, "parameters.json");
  const parameters = new Map<string, Parameter>();

  const save = (): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify([...parameters.values()], null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };

  const arnOf = (name: string): string =>
    `arn:aws:ssm:${context.graph.region}:${context.graph.accountId}:parameter/${name.replace(/^\//, "")}`;

  const check = (principal: Principal, action: string, name: string): void =>
    context.access.check({ principal, action: `ssm:${action}`, resourceArn: arnOf(name) });

  /** Without WithDecryption a SecureString is given as its ciphertext. */
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

  const parsed = <T>(schema: z.ZodType<T>, given: unknown): T => {
    const result = schema.safeParse(given);
    if (result.success) return result.data;
    throw new AwsError(
      "ValidationException",
      result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    );
  };

  const service = jsonService("ssm", {
    GetParameter: (given, principal) => {
      const { Name } = parsed(input, given);
      check(principal, "GetParameter", Name);
      const found = parameters.get(Name);
      if (found === undefined) throw new AwsError("ParameterNotFound", `Parameter ${Name} not found.`);
      return { Parameter: onWire(found, given["WithDecryption"] === true) };
    },
    GetParameters: (given, principal) => {
      const { Names } = parsed(inputs, given);
      for (const name of Names) check(principal, "GetParameters", name);
      const found = Names.flatMap((name) => parameters.get(name) ?? []);
      return {
        Parameters: found.map((each) => onWire(each, given["WithDecryption"] === true)),
        InvalidParameters: Names.filter((name) => !parameters.has(name)),
      };
    },
    PutParameter: (given, principal) => {
      const { Name, Value, Type, Overwrite } = parsed(change, given);
      check(principal, "PutParameter", Name);
      const existing = parameters.get(Name);
      if (existing !== undefined && !Overwrite) {
        throw new AwsError(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        );
      }
      const version = (existing?.version ?? 0) + 1;
      parameters.set(Name, {
        name: Name,
        type: Type ?? existing?.type ?? "String",
        value: Value,
        version,
        modifiedAt: Date.now(),
      });
      save();
      return { Version: version, Tier: "Standard" };
    },
  });

  return {
    hosts: [parameterType],
    service,
    start: async () => {
      for (const stored of readStored(file)) parameters.set(stored.name, stored);
      const declared = new Map(readStored(`${file}.declared`).map((each) => [each.name, each]));
      for (const node of resourcesOf(context.graph, parameterType)) {
        const { type, value, insecureValue } = readInputs(node, shape, ignored);
        const name = z.string().parse(node.outputs["name"] ?? node.id);
        const text = value ?? insecureValue;
        if (text === undefined) throw new Error(`${node.urn}: a parameter needs value or insecureValue`);
        if (declared.get(name)?.value !== text || !parameters.has(name)) {
          parameters.set(name, {
            name,
            type,
            value: text,
            version: (parameters.get(name)?.version ?? 0) + 1,
            modifiedAt: Date.now(),
          });
        }
        declared.set(name, { name, type, value: text, version: 1, modifiedAt: 0 });
      }
      if (declared.size === 0) return;
      save();
      writeFileSync(`${file}.declared`, JSON.stringify([...declared.values()]), { mode: 0o600 });
    },
    stop: async () => undefined,
  };
};

const readStored = (file: string): readonly Parameter[] => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  try {
    return z.array(parameter).parse(JSON.parse(text));
  } catch (error) {
    throw new DamagedData(`${file} does not hold parameters: ${String(error)}`);
  }
};
