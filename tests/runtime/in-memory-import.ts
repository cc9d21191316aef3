import { type ImportFilePorts, importFile } from "../../runtime/file-import/import-file";
import type { Progress } from "../../runtime/file-import/import-progress";
import type { ImportReport } from "../../runtime/file-import/import-report";
import type { OrderCreated } from "../../runtime/inbox/order-created";

export interface InMemoryImport {
  readonly sent: OrderCreated[];
  readonly progress: Map<string, Progress>;
  readonly reports: Map<string, ImportReport>;
  readonly rejectedRows: Map<string, string>;
  readonly ports: ImportFilePorts;
  /** Uploads a file and imports it. */
  run(content: string | Uint8Array, options?: RunOptions): ReturnType<ReturnType<typeof importFile>>;
  /** The report on the file that was imported last. */
  report(): ImportReport;
}

export interface RunOptions {
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Bytes that are read at a time. Default: everything. */
  readonly chunk?: number;
  /** Of the file, as its store says. */
  readonly bytes?: number;
}

/** The import of files without a bucket or a queue; `ports` replace its own. */
export const inMemoryImport = (replaced: Partial<ImportFilePorts> = {}): InMemoryImport => {
  const sent: OrderCreated[] = [];
  const progress = new Map<string, Progress>();
  const reports = new Map<string, ImportReport>();
  const rejectedRows = new Map<string, string>();
  let uploaded: { content: Uint8Array; options: RunOptions } | undefined;
  const ports: ImportFilePorts = {
    files: {
      open: async () => uploaded && { ...fileOf(uploaded.content, uploaded.options) },
      writeReport: async ({ name }, report) => void reports.set(name, report),
      writeRejectedRows: ({ name }) => {
        let text = "";
        return {
          write: async (piece) => {
            text += piece;
          },
          close: async () => void rejectedRows.set(name, text),
          abandon: async () => undefined,
        };
      },
    },
    inbox: { send: async (orders) => void sent.push(...orders) },
    progress: {
      load: async (id) => progress.get(id),
      save: async (id, now) => void progress.set(id, now),
    },
    clock: { now: () => new Date("2026-11-21T09:00:00.000Z") },
    timeLeft: () => 300_000,
    ...replaced,
  };
  return {
    sent,
    progress,
    reports,
    rejectedRows,
    ports,
    run: (content, options = {}) => {
      uploaded = { content: typeof content === "string" ? Buffer.from(content) : content, options };
      return importFile(ports)({ name: options.name ?? "incoming/orders.csv", versionId: "version-1" });
    },
    report: () => {
      const last = [...reports.values()].at(-1);
      if (last === undefined) throw new Error("there is no report");
      return last;
    },
  };
};

/** The requests that a file sends to the inbox. */
export const requestsOf = async (content: string | Uint8Array, options?: RunOptions) => {
  const drop = inMemoryImport();
  await drop.run(content, options);
  return drop.sent.map(({ data }) => data);
};

export const refusalOf = async (content: string | Uint8Array, options?: RunOptions) => {
  const drop = inMemoryImport();
  await drop.run(content, options);
  const { result, error, reason } = drop.report();
  return { result, error, reason, sent: drop.sent.length };
};

const fileOf = (content: Uint8Array, { metadata = {}, chunk = content.byteLength, bytes }: RunOptions) => ({
  bytes: bytes ?? content.byteLength,
  metadata,
  read: async function* () {
    for (let at = 0; at < content.byteLength; at += chunk) yield content.subarray(at, at + chunk);
  },
});
