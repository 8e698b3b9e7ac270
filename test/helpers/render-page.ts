import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { deriveCurrentAnalytics } from '../../src/analytics/derive-current-analytics.ts';
import { readConfig } from '../../src/config/config.ts';
import { loadPageData } from '../../src/report/load-page-data.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { openStore } from '../../src/store/store.ts';
import { testSystem } from './context.ts';
import type { TemporaryWorkspace } from './workspace.ts';

const asset = (name: string): string =>
  brotliDecompressSync(readFileSync(resolve(import.meta.dirname, '../../dist', `${name}.br`)))
    .toString()
    .trim();

/** Writes the page of a workspace as `report` would at a time, with the built script, and returns its URL. */
export async function writePageAt({ paths }: TemporaryWorkspace, now: Date): Promise<string> {
  const source = {
    ...{ workspace: paths, store: openStore(paths), config: await readConfig(paths), now },
    ...{ signal: new AbortController().signal, system: testSystem({ now: () => now }) },
  };
  const data = await loadPageData(await deriveCurrentAnalytics(source), source);
  const page = reportPage(data, { script: asset('page.js'), style: asset('page.css') });
  writeFileSync(paths.report, page);
  return pathToFileURL(paths.report).href;
}
