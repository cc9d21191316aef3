/** What only looks at a resource, and what a consumer does at its source over and over whether there is something or not. */
const looks = /^sqs:(Receive|Delete|Change|Get|List)|^dynamodb:(GetRecords|GetShardIterator)|^\w+:(Describe|List)/;
const flowing = /^(dynamodb|sqs|sns|s3|events|states|lambda):/;
const reads = /:(Get|BatchGet|Query|Scan|Head|ConditionCheck|Select)/;

type Effect = "read" | "write" | undefined;

/** There are some tens of actions, and each is asked about at every call. */
const known = new Map<string, Effect>();

/** What an IAM action means for the flow: something is written or sent there, or read from there; undefined for the rest. */
export const effectOf = (action: string): Effect => {
  if (!known.has(action)) known.set(action, effectOfNew(action));
  return known.get(action);
};

const effectOfNew = (action: string): Effect => {
  if (!flowing.test(action) || looks.test(action)) return undefined;
  return reads.test(action) ? "read" : "write";
};
