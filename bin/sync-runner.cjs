#!/usr/bin/env node
// Before anything that takes time. A run replaces these listeners by its own (src/system/node.ts).
for (const [signal, number] of [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
]) {
  process.on(signal, () => process.exit(128 + number));
}
require('node:module').enableCompileCache?.();
require('../dist/main.cjs');
