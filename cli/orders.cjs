#!/usr/bin/env node
// Starts the command line from its TypeScript source.
require("../packages/local-host/src/typescript.cjs");
require("./main.ts");
