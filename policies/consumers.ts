import type { Stack, StackResource } from "./stack";

export interface Consumption {
  readonly mapping: StackResource;
  /** A queue or a table. */
  readonly source: StackResource;
  readonly consumer: StackResource;
}

/** Which function consumes which queue or table's stream, by the stack's event source mappings. */
export const consumersOf = (stack: Stack): readonly Consumption[] =>
  stack
    .of("aws:lambda/eventSourceMapping:EventSourceMapping")
    .flatMap((mapping) =>
      ["aws:sqs/queue:Queue", "aws:dynamodb/table:Table"].flatMap((type) =>
        stack
          .referredBy(mapping, "eventSourceArn", type)
          .flatMap((source) =>
            stack
              .referredBy(mapping, "functionName", "aws:lambda/function:Function")
              .map((consumer) => ({ mapping, source, consumer })),
          ),
      ),
    );
