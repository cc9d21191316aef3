import { setTimeout as pause } from "node:timers/promises";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { CommandError } from "./command-error";
import type { Target } from "./target";

export interface ReplayOptions {
  readonly from: Date;
  readonly to: Date;
  /** Rules that get the events, by what their names begin with. Default: all. */
  readonly rule: readonly string[];
  /** Seconds to wait for the end. */
  readonly timeout: number;
}

const pollMs = 500;

/**
 * Puts archived events on the bus again, with the ids that they had. Throws CommandError when the replay fails, or has not
 * ended in time.
 */
export async function replayEvents(
  { aws, outputs }: Target,
  { from, to, rule, timeout }: ReplayOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const busName = outputs.event_bus_name;
  if (busName === undefined)
    throw new CommandError("The stack has no output event_bus_name: deploy it again with pulumi up.");
  const events = new EventBridge(aws);
  const { Arn: busArn } = await events.describeEventBus({ Name: busName });
  const { Archives = [] } = await events.listArchives({ EventSourceArn: busArn });
  const archive = Archives.find(({ EventSourceArn }) => EventSourceArn === busArn);
  if (archive === undefined) throw new CommandError(`The bus ${busName} has no archive.`);
  const { ArchiveArn } = await events.describeArchive({ ArchiveName: archive.ArchiveName });

  const { Rules = [] } = await events.listRules({ EventBusName: busName });
  const chosen = rule.map((name) => {
    const found = Rules.find(({ Name = "" }) => Name === name || Name.replace(/-[0-9a-f]{7}$/, "") === name);
    if (found !== undefined) return found;
    const names = Rules.map(
      ({ Name = "", EventPattern = "" }) => `  ${Name.replace(/-[0-9a-f]{7}$/, "")}  ${EventPattern}`,
    );
    throw new CommandError(`The bus has no rule ${name}. It has:\n${names.join("\n")}`, 2);
  });
  const ReplayName = `orders-replay-${Date.now()}`;
  await events.startReplay({
    ReplayName,
    EventSourceArn: ArchiveArn,
    EventStartTime: from,
    EventEndTime: to,
    Destination: { Arn: busArn, ...(chosen.length === 0 ? {} : { FilterArns: chosen.map(({ Arn = "" }) => Arn) }) },
  });

  const deadline = Date.now() + timeout * 1_000;
  for (;;) {
    const { State, StateReason, EventLastReplayedTime } = await events.describeReplay({ ReplayName });
    if (State === "COMPLETED") {
      return { replay: ReplayName, state: State, last_event: EventLastReplayedTime?.toISOString() };
    }
    if (State === "FAILED" || State === "CANCELLED") {
      throw new CommandError(`The replay ${ReplayName} is ${State}: ${StateReason ?? "no reason given"}.`);
    }
    if (Date.now() > deadline) throw new CommandError(`The replay ${ReplayName} is still ${State} after ${timeout} s.`);
    await pause(pollMs);
  }
}
