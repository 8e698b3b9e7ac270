import type { Timestamp } from '../../schema/timestamp.ts';
import type { RunLine } from '../../schema/status.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import { formatCount, formatUsd } from '../format-numbers.ts';
import { formatClock, formatDuration } from '../format-time.ts';
import type { RenderOptions } from './status-text.ts';
import type { StyleName } from '../style.ts';
import { tableText, type Column } from '../table.ts';

/** An entry in the history of a sync, with the values before it. */
export interface HistoryRow {
  readonly series: string;
  readonly run: Timestamp;
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>> | null;
}

/** The names of projects by id. */
export type ProjectNames = ReadonlyMap<string, string>;

/** Returns a table of changes. With names of projects, it has a column of what each change is about. */
export function historyText(
  rows: readonly HistoryRow[],
  { now, names }: { now: Date; names: ProjectNames | null },
  form: RenderOptions,
): Promise<string> {
  const columns: readonly Column<HistoryRow>[] = [
    { title: 'WHEN', text: ({ run }) => formatClock(new Date(run), now), priority: 0 },
    { title: 'SYNC', text: ({ series }) => series, priority: 2 },
    { title: 'OF', text: (row) => subjectText(row, names), priority: 0, narrowest: 12 },
    { title: 'WHAT', text: changeText, priority: 1, narrowest: 16, cut: 'end' },
  ];
  const shown = columns.filter(({ title }) => names !== null || title !== 'OF');
  return tableText(shown, rows, form);
}

/**
 * Returns the name of a project, or for an entry of tokens its day, model, agent or vendor, and project:
 * `2026-11-27 gpt-5 codex web-client`. Without names, the id or the path of the project.
 */
export function subjectText(
  { series, key, values }: HistoryRow,
  names: ProjectNames | null,
): string {
  const nameOf = (id: string): string => names?.get(id) ?? id;
  if (series !== 'tokens') return sanitizeLine(nameOf(key));
  const { date, model, source, workspace, project, id } = values;
  const owner = typeof id === 'string' ? nameOf(id) : (project ?? workspace);
  const parts = [date, model, source, owner].filter((part) => typeof part === 'string');
  return sanitizeLine(parts.join(' '));
}

/** Values that are part of the subject, repeat another value, or only explain one. */
const notShown: ReadonlySet<string> = new Set([
  ...['key', 'date', 'model', 'source', 'workspace', 'project', 'id'],
  ...['costMicroUsd', 'searchCostMicroUsd', 'listPriceMicroUsd'],
  ...['costBasis', 'priceVersion', 'breakdown', 'sessions'],
]);

const labels: Readonly<Record<string, string>> = {
  costUsd: 'cost',
  searchCostUsd: 'searches',
  listPriceUsd: 'list price',
  techDebt: 'debt',
  debtScore: 'debt score',
};

/** Returns the changed values, `todos 3 → 5, head 1a2b3c4d`; all known values for the first entry. */
export function changeText({ values, before }: HistoryRow): string {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    if (notShown.has(name)) return [];
    const [now, then] = [shownText(name, value), shownText(name, before?.[name])];
    if (now === then) return [];
    const label = labels[name] ?? name;
    return [then === '' ? `${label} ${now}` : `${label} ${then} → ${now || 'unknown'}`];
  });
  return sanitizeLine(parts.join(', ')) || 'no change';
}

/** Returns a value with its unit, commits and numbers of tokens in short form. */
function shownText(name: string, value: unknown): string {
  const text = scalarText(value);
  if (text === '') return '';
  if (name.endsWith('Usd')) return formatUsd(text);
  if (name === 'coverage') return `${text} %`;
  return name === 'tokens' ? formatCount(Number(text)) : text;
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
    outcome === 'error' ? [`${name}: ${error ?? 'failed'}`] : [],
  );
  const warnings = Object.values(syncs).reduce((sum, one) => sum + (one.warnings ?? 0), 0);
  const counted = warnings > 0 ? [plural(warnings, 'warning')] : [];
  return sanitizeLine([...failed, ...counted].join('; '));
}
