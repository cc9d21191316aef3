// Preloaded by a process that runs TypeScript: `node --require .../typescript.cjs main.ts`. What was compiled
// once is kept, which takes a good second of processor time off each start.
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

enableCompileCache(join(__dirname, "../../../node_modules/.cache/pulumi-local-host/compile"));
require("tsx/cjs");
