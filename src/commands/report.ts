import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Analytics } from '../schema/analytics.ts';
import { readConfig } from '../config/config.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import { ensureDir, replaceFile } from '../util/fs-write.ts';
import { deriveCurrentAnalytics } from '../analytics/derive-current-analytics.ts';
import { readLastAnalytics } from '../analytics/read-stored-data.ts';
import { openStore } from '../store/store.ts';
import { resolvePath } from '../system/resolve-path.ts';
import type { System } from '../system/system.ts';
import { loadPageData, type PageSource } from '../report/load-page-data.ts';
import { reportPage } from '../report/report-page.ts';
import { findWorkspace } from '../config/workspace.ts';
import { readPageAssets } from '../system/page-assets.ts';
import { openInBrowser } from '../system/open-in-browser.ts';
import type { GlobalFlags } from './command.ts';
import { printResult } from './print-result.ts';

export interface ReportFlags extends GlobalFlags {
  readonly output?: string;
  readonly open?: boolean;
}

/** `sync-runner report`: renders the page from the stored data. Neither starts nor waits for a run. */
export async function report(flags: ReportFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const config = await readConfig(workspace);
  const store = openStore(workspace);
  const source = {
    ...{ workspace, store, config, system },
    now: system.now(),
    signal: new AbortController().signal,
  };
  const data = await loadPageData(await deriveOrReadLast(source), source);
  const page = Buffer.from(reportPage(data, await readPageAssets()));
  const path = flags.output ? resolvePath(flags.output, system) : workspace.report;
  await ensureDir(dirname(path));
  await replaceFile(path, page);
  const url = pathToFileURL(path).href;
  const text = `Wrote ${path} (${String(Math.ceil(page.length / 1024))} KB)\n`;
  printResult(flags, system, { report: path, url, bytes: page.length }, text);
  if (flags.open === true) await openInBrowser(path, system);
  return exitCodes.done;
}

/**
 * Derives the analytics, or returns the stored ones while a snapshot is damaged. Throws `UserError` with code `data`
 * or `io`.
 */
async function deriveOrReadLast(options: PageSource): Promise<Analytics> {
  try {
    return await deriveCurrentAnalytics(options);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'data') throw error;
    const last = await readLastAnalytics(options.workspace);
    if (last === null) throw error;
    options.system.stderr.write(`! ${error.message}\n  the page shows the data of ${last.day}\n`);
    return last;
  }
}
