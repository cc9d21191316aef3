#!/usr/bin/env node
// Starts the command line from its TypeScript source.
require("pulumi-local-host/typescript");
require("./main.ts");
