// Takes from the processes that run on a user's own Node.js, 20 or later, what came after 20: the program's evaluation, as
// `pulumi up` does it, the policy pack and `orders`. shared-folder.ts preloads it; hosts run on this repository's Node.js.
const onUsersNode = /\/(evaluate-program\.ts|cli\/orders\.cjs|bin\/orders|run-policy-pack(\/index\.js)?)$/;

if (onUsersNode.test(process.argv[1] ?? "")) {
  const later = [
    [Array, "fromAsync"],
    [ArrayBuffer.prototype, "transfer", "transferToFixedLength"],
    [Error, "isError"],
    [
      Iterator.prototype,
      "drop",
      "every",
      "filter",
      "find",
      "flatMap",
      "forEach",
      "map",
      "reduce",
      "some",
      "take",
      "toArray",
    ],
    [Map, "groupBy"],
    [Object, "groupBy"],
    [Promise, "try", "withResolvers"],
    [RegExp, "escape"],
    [
      Set.prototype,
      "difference",
      "intersection",
      "isDisjointFrom",
      "isSubsetOf",
      "isSupersetOf",
      "symmetricDifference",
      "union",
    ],
    [require("node:fs"), "globSync"],
    [require("node:module"), "registerHooks"],
  ];
  for (const [owner, ...names] of later) for (const name of names) delete owner[name];
  delete globalThis.Iterator;
  // Without it every process compiles all that it loads: too dear for all of them.
  if (process.env["AS_NODE_20"] === "whole") delete require("node:module").enableCompileCache;
}
