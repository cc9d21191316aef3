import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { DamagedData } from "../../kernel/damaged-data";
import { parameterType } from "./resource-types";

const storedParameter = z.object({
  name: z.string(),
  type: parameterType,
  version: z.number(),
  modifiedAt: z.number(),
  /** Hash of the value that the program declares. */
  declared: z.string().optional(),
  /** Only of one that was put by a call: what the program declares it gives again at every start. */
  value: z.string().optional(),
});

type StoredParameter = z.output<typeof storedParameter>;

export interface Parameter extends Omit<StoredParameter, "value"> {
  readonly value: string;
}

export interface DeclaredParameter {
  readonly name: string;
  readonly type: Parameter["type"];
  readonly value: string;
}

const hashOf = (value: string): string => createHash("sha256").update(value).digest("hex");

/** Parameters in a file. A declared value is not written there, since it may be a secret. */
export class ParameterStore {
  private readonly folder: string;
  private readonly parameters = new Map<string, Parameter>();

  /** @throws DamagedData */
  constructor(folder: string, declared: readonly DeclaredParameter[]) {
    this.folder = folder;
    const stored = new Map(readStored(this.file).map((each) => [each.name, each]));
    for (const each of stored.values()) {
      if (each.value !== undefined) this.parameters.set(each.name, { ...each, value: each.value });
    }
    for (const { name, type, value } of declared) {
      const before = stored.get(name);
      const hash = hashOf(value);
      this.parameters.set(
        name,
        before?.declared === hash
          ? { ...before, value: before.value ?? value }
          : { name, type, value, version: (before?.version ?? 0) + 1, modifiedAt: Date.now(), declared: hash },
      );
    }
    if (this.parameters.size > 0) this.save();
  }

  get(name: string): Parameter | undefined {
    return this.parameters.get(name);
  }

  put(name: string, type: Parameter["type"] | undefined, value: string): Parameter {
    const before = this.parameters.get(name);
    const parameter: Parameter = {
      ...before,
      name,
      type: type ?? before?.type ?? "String",
      value,
      version: (before?.version ?? 0) + 1,
      modifiedAt: Date.now(),
    };
    this.parameters.set(name, parameter);
    this.save();
    return parameter;
  }

  private get file(): string {
    return join(this.folder, "parameters.json");
  }

  private save(): void {
    const stored = [...this.parameters.values()].map(({ value, ...rest }) =>
      rest.declared === hashOf(value) ? rest : { ...rest, value },
    );
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify(stored, null, 2), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}

const readStored = (file: string): readonly StoredParameter[] => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  try {
    return z.array(storedParameter).parse(JSON.parse(text));
  } catch (error) {
    throw new DamagedData(`${file} does not hold parameters: ${String(error)}`);
  }
};
