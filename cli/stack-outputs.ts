import { CommandError } from "./command-error";

/** Outputs of an order pipeline's stack: those that the commands cannot do without. */
const needed = ["api_endpoint", "intake_topic_arn", "import_bucket", "fulfilment_queue_url"] as const;

/** Those of a stack with a user pool of its own. */
const optional = ["token_endpoint", "user_pool_client_id"] as const;

/** Those that operating the pipeline needs; a stack of an earlier version lacks them. */
const operating = ["event_bus_name", "inbox_queue_url", "order_events_topic_arn", "orders_table"] as const;

export type StackOutputs = Readonly<Record<(typeof needed)[number], string>> &
  Readonly<Partial<Record<(typeof optional | typeof operating)[number], string>>> & {
    /** URLs of the dead-letter queues, by their names in the program. */
    readonly dead_letter_queues?: Readonly<Record<string, string>>;
    /** Where the pipeline's own metrics are: their namespace, and the value of their dimension `Stack`. */
    readonly metrics?: { readonly namespace: string; readonly stack: string };
  };

/**
 * Reads what `pulumi stack output --json` prints. Throws CommandError, which names the source, for anything else. Without zod,
 * which takes as long to load as all else that a command needs.
 */
export function readStackOutputs(json: string, source: string): StackOutputs {
  const outputs = parsed(json, source);
  const texts = Object.fromEntries(Object.entries(outputs).filter(([, value]) => typeof value === "string"));
  const missing = needed.filter((name) => texts[name] === undefined);
  const { dead_letter_queues, metrics } = outputs;
  const objects = { ...(dead_letter_queues ? { dead_letter_queues } : {}), ...(metrics ? { metrics } : {}) };
  // Each name that is needed has been found, and none has a value but text; the objects are as index.ts makes them.
  if (missing.length === 0) return { ...texts, ...objects } as StackOutputs;
  const names = Object.keys(outputs);
  throw new CommandError(
    `${source} is not of an order pipeline: it has ${names.length === 0 ? "no outputs" : names.join(", ")}, ` +
      `and should have text for ${missing.join(", ")}.`,
  );
}

/** An object's fields; none for any other JSON. */
function parsed(json: string, source: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (error) {
    throw new CommandError(
      `${source} is damaged, it should be JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}
