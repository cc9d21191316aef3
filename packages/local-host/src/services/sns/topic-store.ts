import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { DamagedData } from "../../kernel/damaged-data";

const pairs = z.record(z.string(), z.string());

const kept = z.object({
  topics: z.array(z.object({ name: z.string(), attributes: pairs })),
  subscriptions: z.array(
    z.object({ arn: z.string(), topicArn: z.string(), protocol: z.string(), endpoint: z.string(), attributes: pairs }),
  ),
});

/** Topics and subscriptions that were made through the API, not declared by the program. */
export type KeptTopics = z.output<typeof kept>;

export class TopicStore {
  private readonly file: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, "topics.json");
  }

  /** @throws DamagedData when the file is not what this class wrote */
  read(): KeptTopics {
    let text: string;
    try {
      text = readFileSync(this.file, "utf8");
    } catch {
      return { topics: [], subscriptions: [] };
    }
    try {
      return kept.parse(JSON.parse(text));
    } catch (error) {
      throw new DamagedData(`${this.file} does not hold topics and subscriptions: ${String(error)}`);
    }
  }

  write(topics: KeptTopics): void {
    writeFileSync(`${this.file}.new`, JSON.stringify(topics, null, 2));
    renameSync(`${this.file}.new`, this.file);
  }
}
