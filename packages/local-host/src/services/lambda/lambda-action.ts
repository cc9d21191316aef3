const routes: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ["POST", /^\/2015-03-31\/functions\/[^/]+\/invocations$/, "Invoke"],
  ["GET", /^\/2015-03-31\/functions\/?$/, "ListFunctions"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+$/, "GetFunction"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+\/configuration$/, "GetFunctionConfiguration"],
  ["PUT", /^\/2015-03-31\/functions\/[^/]+\/configuration$/, "UpdateFunctionConfiguration"],
  ["PUT", /^\/2017-10-31\/functions\/[^/]+\/concurrency$/, "PutFunctionConcurrency"],
  ["DELETE", /^\/2017-10-31\/functions\/[^/]+\/concurrency$/, "DeleteFunctionConcurrency"],
  ["GET", /^\/2019-09-30\/functions\/[^/]+\/concurrency$/, "GetFunctionConcurrency"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+\/policy$/, "GetPolicy"],
  ["GET", /^\/2015-03-31\/event-source-mappings\/?$/, "ListEventSourceMappings"],
  ["GET", /^\/2015-03-31\/event-source-mappings\/[^/]+$/, "GetEventSourceMapping"],
  ["PUT", /^\/2015-03-31\/event-source-mappings\/[^/]+$/, "UpdateEventSourceMapping"],
];

/** The Lambda API's action for a request, or `<method> <path>` for one that is not known here. */
export const lambdaAction = (method: string, path: string): string =>
  routes.find(([m, pattern]) => m === method && pattern.test(path))?.[2] ?? `${method} ${path}`;
