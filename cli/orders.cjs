#!/usr/bin/env node
// Starts the command line from its TypeScript source.
require("tsx/cjs");
require("./main.ts");
