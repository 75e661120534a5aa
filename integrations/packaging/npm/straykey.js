#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Calls the program that the package of this platform carries. Its streams, exit code and
// signals are those of the call.
"use strict";
const { spawnSync } = require("child_process");

const name = `@straykey/${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/bin/straykey`);
} catch {
  console.error(
    `straykey: the package ${name} is not installed; there is none for this platform, or npm was told to omit optional packages.`);
  process.exit(2);
}
const done = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (done.error) {
  console.error(`straykey: ${program} does not start: ${done.error.message}`);
  process.exit(2);
}
if (done.signal) process.kill(process.pid, done.signal);
process.exitCode = done.status;
