#!/usr/bin/env node
// Starts the command line from its TypeScript source.
require("../local/typescript.cjs");
require("./main.ts");
