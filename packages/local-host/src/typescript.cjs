// Preloaded by a process that runs TypeScript: `node --require .../typescript.cjs main.ts`. What was compiled
// once is kept, which takes a good second of processor time off each start.
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

enableCompileCache?.(join(__dirname, "../../../node_modules/.cache/pulumi-local-host/compile"));
const loadJavaScript = require.extensions[".js"];
require("tsx/cjs");
// tsx parses every JavaScript file to find ES modules, half a second for Pulumi's; this version of Node loads both itself.
if (process.features.require_module) require.extensions[".js"] = loadJavaScript;
