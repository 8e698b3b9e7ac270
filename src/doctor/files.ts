import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { analyticsFile } from '../schema/analytics.ts';
import { monthOf, toTimestamp } from '../schema/timestamp.ts';
import { notificationsFile } from '../schema/notify.ts';
import { scheduleRecord } from '../schema/schedule.ts';
import { statusFile } from '../schema/status.ts';
import { syncNames } from '../schema/sync-names.ts';
import { contracts } from '../schema/syncs.ts';
import { shellQuote } from '../util/shell.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { listMonths, readCurrentMonth, readLastLines } from '../store/history-file.ts';
import { readJsonFile } from '../store/json-file.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

type Line = Omit<Finding, 'id'>;

/** Validates every data file against its schema. */
export const dataFiles: Check = {
  id: 'data-files',
  run: async ({ workspace }) => {
    const files = [
      ...syncNames.map((name) => [workspace.snapshot(name), contracts[name].snapshot] as const),
      [workspace.status, statusFile] as const,
      [workspace.analytics, analyticsFile] as const,
      [workspace.notifications, notificationsFile] as const,
      [workspace.scheduleRecord, scheduleRecord] as const,
    ];
    const lines: Line[] = [];
    let good = 0;
    for (const [path, schema] of files) {
      try {
        if ((await readJsonFile(path, schema)) !== null) good += 1;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const isSnapshot = syncNames.some((name) => path === workspace.snapshot(name));
        const mend = isSnapshot ? '  # or mend it: it holds your own fields' : '';
        const fix = `mv ${shellQuote(path)} ${shellQuote(`${path}.bad`)}${mend}`;
        lines.push(fail(error.message, fix));
      }
    }
    return lines.length > 0 ? lines : [ok(`${String(good)} data files are as they should be`)];
  },
};

export const history: Check = {
  id: 'history',
  run: async ({ workspace, system }) => {
    const lines: Line[] = [];
    let count = 0;
    const thisMonth = monthOf(toTimestamp(system.now()));
    for (const series of [...syncNames, 'runs'] as const) {
      const months = await listMonths(workspace.historyDir(series), series);
      count += months.length;
      for (const { path, month } of months) {
        if (month > thisMonth)
          lines.push(
            warn(
              `${path} is of a month to come: the clock was or is wrong`,
              `mv ${shellQuote(path)} ${shellQuote(`${path}.future`)}`,
            ),
          );
        lines.push(...(await lookAtMonth(path, month === thisMonth, series !== 'runs')));
      }
    }
    return lines.length > 0 ? lines : [ok(`${String(count)} history files are whole`)];
  },
};

async function lookAtMonth(
  path: string,
  isCurrent: boolean,
  hasKeys: boolean,
): Promise<readonly Line[]> {
  const { torn, whole } = await readCurrentMonth(path);
  if (torn !== null) {
    const fix = isCurrent ? 'sync-runner run' : `sed -i.bak '$d' ${shellQuote(path)}`;
    const what = isCurrent ? '; the next run that adds to it puts that aside' : '';
    return [warn(`${path}: its last line is torn off${what}`, fix)];
  }
  if (!hasKeys) return [];
  const { warnings } = await readLastLines([{ path, month: '', content: whole }]);
  return warnings.map(({ message }) => {
    const line = /line (\d+)$/.exec(message)?.[1];
    return warn(
      `${path}: ${message}`,
      line === undefined ? null : `sed -i.bak '${line}d' ${shellQuote(path)}`,
    );
  });
}

/** Reports files that this program, or a hint of it, moved aside for the user to review and delete. */
export const leftovers: Check = {
  id: 'leftovers',
  run: async ({ workspace }) => {
    const folders = [workspace.data, ...[...syncNames, 'runs' as const].map(workspace.historyDir)];
    const found: string[] = [];
    for (const folder of folders) {
      const names = await readdir(folder).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return [];
        throw error;
      });
      found.push(...names.filter(isAside).map((name) => join(folder, name)));
    }
    return found.map((path) =>
      warn(
        `${basename(path)} was put aside: look at it, then remove it`,
        `rm -r ${shellQuote(path)}`,
      ),
    );
  },
};

const isAside = (name: string): boolean => /\.(?:corrupt-\w+|bad|foreign|future|bak)$/.test(name);
