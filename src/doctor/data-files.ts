import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { analyticsFile } from '../schema/analytics.ts';
import { notificationsFile } from '../schema/notify.ts';
import { scheduleRecord } from '../schema/schedule.ts';
import { statusFile } from '../schema/status.ts';
import { syncNames } from '../schema/sync-names.ts';
import { syncSchemas } from '../schema/syncs.ts';
import { monthOf, toTimestamp } from '../util/dates.ts';
import { checkLines } from '../store/history/last-lines.ts';
import { listMonths, readMonthForAppend } from '../store/history/month-file.ts';
import { readJsonFile } from '../store/json-file.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { failureOf } from '../util/failure.ts';
import { shellQuote } from '../util/shell.ts';
import { passed, type Check } from './check.ts';

/** Validates every JSON file in `data/` against its schema. */
export const dataFiles: Check = {
  id: 'data-files',
  run: async ({ workspace }) => {
    const snapshots = syncNames.map(
      (name) => [workspace.snapshot(name), syncSchemas[name].snapshot] as const,
    );
    const files = [
      ...snapshots,
      [workspace.status, statusFile] as const,
      [workspace.analytics, analyticsFile] as const,
      [workspace.notifications, notificationsFile] as const,
      [workspace.scheduleRecord, scheduleRecord] as const,
    ];
    const findings: Diagnostic[] = [];
    let valid = 0;
    for (const [path, schema] of files) {
      try {
        if ((await readJsonFile(path, schema)) !== null) valid += 1;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const isSnapshot = snapshots.some(([snapshot]) => snapshot === path);
        const comment = isSnapshot ? '  # or fix it: it contains fields of your own' : '';
        const hint = `mv ${shellQuote(path)} ${shellQuote(`${path}.bad`)}${comment}`;
        findings.push({ ...failureOf(error), hint });
      }
    }
    return findings.length > 0 ? findings : [passed(`${String(valid)} data files are valid`)];
  },
};

export const history: Check = {
  id: 'history',
  run: async ({ workspace, system }) => {
    const findings: Diagnostic[] = [];
    let count = 0;
    const thisMonth = monthOf(toTimestamp(system.now()));
    for (const series of [...syncNames, 'runs'] as const) {
      const months = await listMonths(workspace.historyDir(series), series);
      count += months.length;
      for (const { path, month } of months) {
        if (month > thisMonth) {
          const message = 'is of a future month: the clock was or is wrong';
          const hint = `mv ${shellQuote(path)} ${shellQuote(`${path}.future`)}`;
          findings.push(diagnostic('clock-skew', { subject: path, message, hint }));
        }
        const hasKeys = series !== 'runs';
        findings.push(...(await checkMonth(path, { isCurrent: month === thisMonth, hasKeys })));
      }
    }
    return findings.length > 0 ? findings : [passed(`${String(count)} history files are intact`)];
  },
};

async function checkMonth(
  path: string,
  { isCurrent, hasKeys }: { readonly isCurrent: boolean; readonly hasKeys: boolean },
): Promise<readonly Diagnostic[]> {
  const { torn, complete } = await readMonthForAppend(path);
  if (torn !== null) {
    const next = isCurrent ? '; the next run that appends to it moves that line away' : '';
    const message = `the last line is incomplete${next}`;
    const hint = isCurrent ? 'sync-runner run' : `sed -i.bak '$d' ${shellQuote(path)}`;
    return [diagnostic('history-torn', { subject: path, message, hint })];
  }
  if (!hasKeys) return [];
  const damaged = await checkLines(path, complete);
  return damaged === null ? [] : [damaged];
}

/** Reports the files that a run, or the hint of a finding, has moved away, so that they get removed. */
export const leftovers: Check = {
  id: 'leftovers',
  run: async ({ workspace }) => {
    const dirs = [workspace.data, ...[...syncNames, 'runs' as const].map(workspace.historyDir)];
    const found: string[] = [];
    for (const dir of dirs) {
      const names = await readdir(dir).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return [];
        throw error;
      });
      found.push(...names.filter(isLeftover).map((name) => join(dir, name)));
    }
    return found.map((path) => {
      const message = 'was moved away; inspect it, then remove it';
      return diagnostic('leftover-file', {
        subject: path,
        message,
        hint: `rm -r ${shellQuote(path)}`,
      });
    });
  },
};

const isLeftover = (name: string): boolean =>
  /\.(?:corrupt-\w+|bad|foreign|future|bak)$/.test(name);
