import { projectRows } from '../analytics/overview.ts';
import { contracts } from '../contract/syncs.ts';
import { exitCodes } from '../errors.ts';
import { readDigests, readRuns, type HistoryQuery } from '../store/read-history.ts';
import type { System } from '../system.ts';
import { csvText, type CsvValue } from '../views/csv.ts';
import { runNote } from '../views/history.ts';
import { jsonLine } from '../views/json.ts';
import { projectRecord, projectValues } from '../views/project-columns.ts';
import { findWorkspace, type Workspace } from '../workspace.ts';
import type { ExportName } from './export-names.ts';
import { readStored } from './look-at-overview.ts';
import type { GlobalOptions } from './options.ts';
import { startOf } from './since.ts';

export interface ExportFlags extends GlobalOptions {
  readonly csv?: boolean;
  readonly since?: number | Date;
}

interface Rows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}

/** `sync-runner export`: rows for a spreadsheet or a database, as CSV, or as one document with `--json`. */
export async function exportRows(
  what: ExportName,
  flags: ExportFlags,
  system: System,
): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  const now = system.now();
  const query = { now, since: startOf(flags.since, now), limit: Infinity, key: null };
  const { header, rows } = await collect(what, workspace, query);
  if (flags.json === true) {
    const records = rows.map((row) =>
      Object.fromEntries(header.map((name, index) => [name, row[index] ?? null])),
    );
    system.stdout.write(jsonLine({ schemaVersion: 1, what, rows: records }));
  } else {
    system.stdout.write(csvText(header, rows));
  }
  return exitCodes.done;
}

function collect(what: ExportName, workspace: Workspace, query: HistoryQuery): Promise<Rows> {
  switch (what) {
    case 'projects':
      return projectsTable(workspace);
    case 'tokens':
      return tokensTable(workspace, query);
    case 'runs':
      return runsTable(workspace, query);
    case 'projects-history':
      return digestsTable(workspace, 'projects', query);
    case 'quality-history':
      return digestsTable(workspace, 'quality', query);
  }
}

async function projectsTable(workspace: Workspace): Promise<Rows> {
  const rows = projectRows(await readStored(workspace));
  return {
    header: projectValues.map(([name]) => name),
    rows: rows.map(projectRecord),
  };
}

async function tokensTable(workspace: Workspace, { since }: HistoryQuery): Promise<Rows> {
  const { tokens } = await readStored(workspace);
  const counts = [
    ...(['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'webSearches'] as const),
  ];
  const daily = (tokens?.daily ?? []).filter(
    ({ date }) => since === null || date >= since.slice(0, 10),
  );
  return {
    header: [
      ...['date', 'source', 'model', 'workspace', 'project'],
      ...counts,
      ...['responses', 'costUsd', 'costBasis'],
    ],
    rows: daily.map((entry) => [
      ...[entry.date, entry.source, entry.model, entry.workspace ?? null, entry.project ?? null],
      ...counts.map((name) => entry.tokens[name]),
      ...[entry.responses, moneyValue(entry.costUsd), entry.costBasis],
    ]),
  };
}

/** Money is a number to a spreadsheet: its six places are exact up to nine billion. */
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

async function digestsTable(
  workspace: Workspace,
  sync: 'projects' | 'quality',
  query: HistoryQuery,
): Promise<Rows> {
  const names = Object.keys(contracts[sync].digest.shape);
  const entries = await readDigests(workspace, sync, query);
  return {
    header: ['run', ...names],
    rows: entries.map(({ run, digest }) => {
      const values: Readonly<Record<string, CsvValue>> = digest;
      return [run, ...names.map((name) => values[name] ?? null)];
    }),
  };
}
