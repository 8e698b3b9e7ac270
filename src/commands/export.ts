import { projectRows } from '../analytics/overview.ts';
import { syncSchemas } from '../schema/syncs.ts';
import { exitCodes } from '../util/errors.ts';
import { readHistory, readRuns, type HistoryQuery } from '../store/history/read-history.ts';
import type { System } from '../system/system.ts';
import { csvText, type CsvValue } from '../output/csv.ts';
import { runNote } from '../output/commands/history-text.ts';
import { jsonLine } from '../output/json.ts';
import { projectColumnNames } from '../schema/project-column-names.ts';
import { projectRecord } from '../output/commands/project-columns.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import { readStoredData } from '../analytics/read-stored-data.ts';
import type { GlobalFlags } from './command.ts';
import { exportNames, firstDayOf, parseOneOf, startOf, type ExportName } from './arg-parsers.ts';
import { loadLedgers } from '../analytics/usage/load-ledgers.ts';
import { toMicros } from '../analytics/usage/money.ts';
import { costDays } from '../analytics/usage/token-analytics.ts';
import type { Day } from '../schema/timestamp.ts';
import { createClientFinder } from '../analytics/project-clients.ts';
import { dayIn } from '../util/dates.ts';

export interface ExportFlags extends GlobalFlags {
  readonly csv?: boolean;
  readonly since?: number | Date;
}

interface Rows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}

/** `sync-runner export`: rows for a spreadsheet or a database, as CSV, or as one document with `--json`. */
export async function exportRows(
  flags: ExportFlags,
  system: System,
  [name = 'projects']: readonly string[],
): Promise<number> {
  const table = parseOneOf(exportNames)(name);
  const workspace = await findWorkspace(flags.workspace, system);
  const now = system.now();
  const query = { now, since: startOf(flags.since, now), limit: Infinity, key: null };
  const { header, rows } = await readTable(table, workspace, {
    ...query,
    days: flags.since,
    system,
  });
  if (flags.json === true) {
    const records = rows.map((row) =>
      Object.fromEntries(header.map((name, index) => [name, row[index] ?? null])),
    );
    system.stdout.write(jsonLine({ schemaVersion: 1, what: table, rows: records }));
  } else {
    system.stdout.write(csvText(header, rows));
  }
  return exitCodes.done;
}

interface ExportQuery extends HistoryQuery {
  /** `--since` for daily values. */
  readonly days: number | Date | undefined;
  readonly system: System;
}

function readTable(table: ExportName, workspace: Workspace, query: ExportQuery): Promise<Rows> {
  switch (table) {
    case 'projects':
      return projectsTable(workspace);
    case 'tokens':
      return tokensTable(workspace, query);
    case 'costs':
      return costsTable(workspace, query);
    case 'runs':
      return runsTable(workspace, query);
    case 'projects-history':
      return historyTable(workspace, 'projects', query);
    case 'quality-history':
      return historyTable(workspace, 'quality', query);
  }
}

async function projectsTable(workspace: Workspace): Promise<Rows> {
  const rows = projectRows(await readStoredData(workspace));
  return {
    header: projectColumnNames,
    rows: rows.map((row) => projectRecord(row)),
  };
}

async function tokensTable(workspace: Workspace, query: ExportQuery): Promise<Rows> {
  const { tokens, projects } = await readStoredData(workspace);
  const clientOf = createClientFinder(projects);
  const counts = [
    ...(['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'webSearches'] as const),
  ];
  const from = firstDay(tokens?.timeZone, query);
  const daily = (tokens?.daily ?? []).filter(({ date }) => date >= from);
  return {
    header: [
      ...['date', 'source', 'model', 'workspace', 'project'],
      ...counts,
      ...['responses', 'costUsd', 'costBasis', 'listPriceUsd'],
      ...['id', 'client', 'costMicroUsd', 'listPriceMicroUsd'],
    ],
    rows: daily.map((entry) => [
      ...[entry.date, entry.source, entry.model, entry.workspace ?? null, entry.project ?? null],
      ...counts.map((name) => entry.tokens?.[name] ?? null),
      ...[entry.responses, moneyValue(entry.costUsd), entry.costBasis],
      moneyValue(entry.listPriceUsd ?? null),
      ...[entry.id ?? null, clientOf(entry.id ?? null)],
      ...[toMicros(entry.costUsd), toMicros(entry.listPriceUsd ?? null)],
    ]),
  };
}

/** Returns the first day of `--since`, in the time zone of the days. */
const firstDay = (timeZone = 'UTC', { days, now }: ExportQuery): Day =>
  firstDayOf(days, dayIn(timeZone)(now)) ?? '';

/** Returns the cost of every day of each source: empty if it is unknown, 0 if nothing was used. */
async function costsTable(workspace: Workspace, { days, system }: ExportQuery): Promise<Rows> {
  const { sources, today } = await loadLedgers(workspace, system);
  const from = firstDayOf(days, today) ?? '';
  return {
    header: ['date', 'source', 'covered', 'costUsd', 'costMicroUsd'],
    rows: sources.flatMap((source) =>
      costDays(source, from).map(({ date, covered, costUsd }) => [
        ...[date, source.name, covered, moneyValue(costUsd), toMicros(costUsd)],
      ]),
    ),
  };
}

/** Spreadsheets need numbers: six decimals are exact up to nine billion. */
const moneyValue = (money: string | null): number | null => (money === null ? null : Number(money));

async function runsTable(workspace: Workspace, query: HistoryQuery): Promise<Rows> {
  const runs = await readRuns(workspace, query);
  return {
    header: ['run', 'finishedAt', 'durationMs', 'outcome', 'trigger', 'note'],
    rows: runs.map((one) => [
      ...[one.run, one.finishedAt, one.durationMs, one.outcome, one.trigger, runNote(one)],
    ]),
  };
}

async function historyTable(
  workspace: Workspace,
  sync: 'projects' | 'quality',
  query: HistoryQuery,
): Promise<Rows> {
  const names = Object.keys(syncSchemas[sync].historyEntry.shape);
  const entries = await readHistory(workspace, sync, query);
  return {
    header: ['run', ...names],
    rows: entries.map(({ run, entry }) => {
      const values: Readonly<Record<string, CsvValue>> = entry;
      return [run, ...names.map((name) => values[name] ?? null)];
    }),
  };
}
