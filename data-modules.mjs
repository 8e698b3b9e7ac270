// Modules named `*.data.ts` compute data, such as tables from data packages. They are evaluated once, by the build or by
// vitest.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

/** An import that can't be resolved ends the build: as an external package it would be missing at run time. */
export const onLog = (level, log, handle) =>
  handle(log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log);

/** Returns the exports of a data module. */
export async function evaluate(path) {
  // Below node_modules, so that packages are found.
  const file = resolve('node_modules/.cache', `${randomUUID()}.mjs`);
  await build({ input: path, external: /^[^./]/, platform: 'node', onLog, output: { file } });
  const exports = { ...(await import(pathToFileURL(file).href)) };
  await rm(file);
  return exports;
}
