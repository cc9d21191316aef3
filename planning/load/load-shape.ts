import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { CommandError } from "../../cli/command-error";

/** The part of an artillery file that says how many arrive when; the scenario is the same in each of them. */
const shapeSchema = z.object({
  config: z.object({
    variables: z.object({ import_rows: z.int().min(1).optional() }).optional(),
    phases: z
      .array(
        z.strictObject({
          name: z.string(),
          /** Seconds. */
          duration: z.number().positive(),
          /** Arrivals a second, at the beginning of the phase, and at its end where they change. */
          arrivalRate: z.number().min(0),
          rampTo: z.number().min(0).optional(),
        }),
      )
      .min(1),
  }),
});

export interface LoadShape {
  readonly name: string;
  readonly phases: z.output<typeof shapeSchema>["config"]["phases"];
  /** Rows of a file that is uploaded at the beginning. */
  readonly importRows: number;
}

const folder = join(__dirname, "shapes");

export const shapeNames = (): readonly string[] => readdirSync(folder).map((name) => name.replace(/\.yml$/, ""));

/** Reads a shape of this folder, or any artillery file. Throws CommandError with the names there are. */
export function readShape(nameOrFile: string): LoadShape {
  const file = nameOrFile.endsWith(".yml") ? nameOrFile : join(folder, `${nameOrFile}.yml`);
  if (!existsSync(file)) {
    throw new CommandError(`There is no shape ${nameOrFile}. Shapes are ${shapeNames().join(", ")}, or a file.yml.`, 2);
  }
  const parsed = shapeSchema.safeParse(parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new CommandError(`${file} is not a shape: ${z.prettifyError(parsed.error)}`, 2);
  const { phases, variables } = parsed.data.config;
  return { name: nameOrFile, phases, importRows: variables?.import_rows ?? 0 };
}

export const secondsOf = ({ phases }: LoadShape): number => phases.reduce((sum, { duration }) => sum + duration, 0);

/** When each order arrives, in seconds from the beginning: evenly within a phase, closer together as it ramps up. */
export function arrivals({ phases }: LoadShape, factor = 1): readonly number[] {
  const times: number[] = [];
  let began = 0;
  for (const { duration, arrivalRate, rampTo = arrivalRate } of phases) {
    const [from, to] = [arrivalRate * factor, rampTo * factor];
    const growth = (to - from) / duration;
    const count = Math.floor(((from + to) / 2) * duration);
    for (let index = 0; index < count; index += 1) {
      // Where `from * t + growth * t * t / 2` reaches the middle of the arrival.
      const due = index + 0.5;
      const after = growth === 0 ? due / from : (Math.sqrt(from * from + 2 * growth * due) - from) / growth;
      times.push(began + after);
    }
    began += duration;
  }
  return times;
}
