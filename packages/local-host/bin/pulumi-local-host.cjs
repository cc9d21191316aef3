#!/usr/bin/env node
// Hosts the Pulumi program of the current folder: `pulumi-local-host --help`.
require("../src/typescript.cjs");
require("../src/main.ts");
