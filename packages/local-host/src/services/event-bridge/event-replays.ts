import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { ResourceGraph } from "../../kernel/program/resource-graph";
import type { BusEvent } from "./bus-event";
import { busNameOf } from "./bus-topology";
import type { EventArchive } from "./event-archive";
import type { EventBuses } from "./event-buses";

/** Seconds since the epoch, as the JSON protocol has times. */
const seconds = z.number();

const requestSchema = z.object({
  ReplayName: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  Description: z.string().optional(),
  EventSourceArn: z.string(),
  EventStartTime: seconds,
  EventEndTime: seconds,
  Destination: z.object({ Arn: z.string(), FilterArns: z.array(z.string()).optional() }),
});

const replaySchema = requestSchema.extend({
  ReplayArn: z.string(),
  State: z.enum(["STARTING", "RUNNING", "COMPLETED", "FAILED"]),
  StateReason: z.string().optional(),
  ReplayStartTime: seconds,
  ReplayEndTime: seconds.optional(),
  EventLastReplayedTime: seconds.optional(),
});
type Replay = z.output<typeof replaySchema>;

/** Events sent between two looks at other work. */
const BATCH = 100;

/** Replays of archived events into the bus they came from. */
export class EventReplays {
  private readonly graph: ResourceGraph;
  private readonly buses: EventBuses;
  private readonly archive: EventArchive;
  private readonly database: DatabaseSync;

  constructor(graph: ResourceGraph, buses: EventBuses, archive: EventArchive, database: DatabaseSync) {
    this.graph = graph;
    this.buses = buses;
    this.archive = archive;
    this.database = database;
    database.exec("CREATE TABLE IF NOT EXISTS replays (name TEXT PRIMARY KEY, replay TEXT NOT NULL) STRICT");
  }

  start(input: unknown): Pick<Replay, "ReplayArn" | "State" | "ReplayStartTime"> {
    const parsed = requestSchema.safeParse(input);
    if (!parsed.success) throw new AwsError("ValidationException", z.prettifyError(parsed.error));
    const request = parsed.data;
    const archive = this.buses.topology.archives.find(({ arn }) => arn === request.EventSourceArn);
    if (archive === undefined) {
      throw new AwsError("ResourceNotFoundException", `Archive ${request.EventSourceArn} does not exist.`);
    }
    if (request.Destination.Arn !== archive.busArn) {
      throw new AwsError(
        "ValidationException",
        `Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted; it must be ${archive.busArn}.`,
      );
    }
    if (request.EventEndTime <= request.EventStartTime) {
      throw new AwsError(
        "ValidationException",
        "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
      );
    }
    if (this.find(request.ReplayName) !== undefined) {
      throw new AwsError("ResourceAlreadyExistsException", `Replay ${request.ReplayName} already exists.`);
    }
    const replay: Replay = {
      ...request,
      ReplayArn: `arn:aws:events:${this.graph.region}:${this.graph.accountId}:replay/${request.ReplayName}`,
      State: "STARTING",
      ReplayStartTime: Date.now() / 1000,
    };
    this.save(replay);
    void this.run(replay, archive.name);
    const { ReplayArn, State, ReplayStartTime } = replay;
    return { ReplayArn, State, ReplayStartTime };
  }

  describe(name: string): Replay {
    const replay = this.find(name);
    if (replay === undefined) throw new AwsError("ResourceNotFoundException", `Replay ${name} does not exist.`);
    return replay;
  }

  private async run(replay: Replay, archiveName: string): Promise<void> {
    const end = (State: Replay["State"], more: Partial<Replay> = {}): void =>
      this.save({ ...replay, State, ReplayEndTime: Date.now() / 1000, ...more });
    try {
      await setImmediate();
      const bus = this.buses.bus(busNameOf(replay.Destination.Arn));
      if (bus === undefined) throw new Error(`there is no event bus ${replay.Destination.Arn}`);
      const from = new Date(replay.EventStartTime * 1000);
      const events = this.archive.between(archiveName, from, new Date(replay.EventEndTime * 1000));
      let last: BusEvent | undefined;
      for (let at = 0; at < events.length; at += BATCH) {
        // The archive holds what this bus serialised: BusEvent as JSON.
        const batch = events.slice(at, at + BATCH).map((json) => JSON.parse(json) as BusEvent);
        last = batch.at(-1);
        const marked = batch.map((event) => ({ ...event, "replay-name": replay.ReplayName }));
        this.buses.accept(bus, marked, { ruleArns: replay.Destination.FilterArns });
        await setImmediate();
      }
      end("COMPLETED", last === undefined ? {} : { EventLastReplayedTime: Date.parse(last.time) / 1000 });
    } catch (error) {
      if (this.database.isOpen) end("FAILED", { StateReason: error instanceof Error ? error.message : String(error) });
    }
  }

  private find(name: string): Replay | undefined {
    const row = this.database.prepare("SELECT replay FROM replays WHERE name = ?").get(name);
    return row === undefined ? undefined : replaySchema.parse(JSON.parse(String(row["replay"])));
  }

  private save(replay: Replay): void {
    this.database
      .prepare(
        "INSERT INTO replays (name, replay) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET replay = excluded.replay",
      )
      .run(replay.ReplayName, JSON.stringify(replay));
  }
}
