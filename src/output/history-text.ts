import type { Timestamp } from '../schema/timestamp.ts';
import type { RunLine } from '../schema/status.ts';
import { plural, sanitizeLine } from '../util/text.ts';
import { formatClock, formatDuration } from './format-time.ts';
import type { RenderOptions } from './status-text.ts';
import type { StyleName } from './style.ts';
import { tableText, type Column } from './table.ts';

/** An entry in the history of a sync, with the values before it. */
export interface HistoryRow {
  readonly series: string;
  readonly run: Timestamp;
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>> | null;
}

/** Returns a table of changes; `withKey` adds the column of the project. */
export function historyText(
  rows: readonly HistoryRow[],
  { now, withKey }: { now: Date; withKey: boolean },
  form: RenderOptions,
): Promise<string> {
  const columns: readonly Column<HistoryRow>[] = [
    { title: 'WHEN', text: ({ run }) => formatClock(new Date(run), now), priority: 0 },
    { title: 'SYNC', text: ({ series }) => series, priority: 2 },
    { title: 'OF', text: ({ key }) => sanitizeLine(key), priority: 0, narrowest: 12 },
    { title: 'WHAT', text: changeText, priority: 1, narrowest: 16, cut: 'end' },
  ];
  const shown = columns.filter(({ title }) => withKey || title !== 'OF');
  return tableText(shown, rows, form);
}

/** Returns the changed values, `todos 3 → 5, head 1a2b3c4d`; all known values for the first entry. */
export function changeText({ values, before }: HistoryRow): string {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    const [now, then] = [scalarText(value), before === null ? '' : scalarText(before[name])];
    if (now === then || name === 'key') return [];
    return [then === '' ? `${name} ${now}` : `${name} ${then} → ${now || 'unknown'}`];
  });
  return sanitizeLine(parts.join(', ')) || 'no change';
}

/** Returns all known values, `todos=5 head=1a2b…`. */
export const valuesText = ({ values }: HistoryRow): string =>
  Object.entries(values)
    .flatMap(([name, value]) => {
      const text = name === 'key' ? '' : scalarText(value, Infinity);
      return text === '' ? [] : [`${name}=${text}`];
    })
    .join(' ');

/** Commits are shortened, counts by kind are added up, unknown values are empty. */
function scalarText(value: unknown, longest = 8): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string')
    return /^[0-9a-f]{40,}$/.test(value) ? value.slice(0, longest) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const counts = Object.values(value).filter((one) => typeof one === 'number');
  return String(counts.reduce((sum, one) => sum + one, 0));
}

export function runsText(
  runs: readonly RunLine[],
  { now }: { now: Date },
  form: RenderOptions,
): Promise<string> {
  const columns: readonly Column<RunLine>[] = [
    { title: 'STARTED', text: ({ run }) => formatClock(new Date(run), now), priority: 0 },
    { title: 'OUTCOME', text: ({ outcome }) => outcome, priority: 0, style: outcomeStyle },
    {
      title: 'TOOK',
      text: ({ durationMs }) => formatDuration(durationMs),
      align: 'right',
      priority: 2,
    },
    { title: 'TRIGGER', text: ({ trigger }) => trigger, priority: 3 },
    { title: 'NOTE', text: runNote, priority: 1, narrowest: 16, cut: 'end' },
  ];
  return tableText(columns, runs, form);
}

const outcomeStyle = ({ outcome }: RunLine): StyleName | null =>
  outcome === 'success' ? null : outcome === 'error' ? 'bad' : 'warning';

/** Returns the errors of failed syncs and the number of warnings. */
export function runNote({ syncs }: RunLine): string {
  const failed = Object.entries(syncs).flatMap(([name, { outcome, error }]) =>
    outcome === 'failed' ? [`${name}: ${error ?? 'failed'}`] : [],
  );
  const warnings = Object.values(syncs).reduce((sum, one) => sum + (one.warnings ?? 0), 0);
  const counted = warnings > 0 ? [plural(warnings, 'warning')] : [];
  return sanitizeLine([...failed, ...counted].join('; '));
}
