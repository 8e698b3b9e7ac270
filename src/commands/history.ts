import { syncNames, type SyncName } from '../schema/sync-names.ts';
import { exitCodes, nullIfUnreadable } from '../util/errors.ts';
import { readHistory, readRuns, type HistoryQuery } from '../store/history/read-history.ts';
import type { System } from '../system/system.ts';
import {
  historyText,
  runNote,
  runsText,
  subjectText,
  valuesText,
  type HistoryRow,
  type ProjectNames,
} from '../output/commands/history-text.ts';
import { jsonLine } from '../output/json.ts';
import { recordsText } from '../output/table.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import { findProject } from './find-project.ts';
import { readSnapshot, readStoredData } from '../analytics/read-stored-data.ts';
import type { GlobalFlags } from './command.ts';
import { renderOptions } from '../output/render-options.ts';
import { startOf } from './arg-parsers.ts';

export interface HistoryFlags extends GlobalFlags {
  readonly limit?: number;
  /** The start of a span that ends now, in milliseconds, or a point in time. */
  readonly since?: number | Date;
}

const defaultLimit = 20;

/** `sync-runner history`: the runs, or what a sync saw of everything or of one project; the newest last. */
export async function history(
  flags: HistoryFlags,
  system: System,
  [subject = 'runs']: readonly string[],
): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const now = system.now();
  const { limit = defaultLimit } = flags;
  const query = { now, since: startOf(flags.since, now), limit, key: null };
  const find = (wanted: HistoryQuery): Promise<Shown> =>
    subject === 'runs'
      ? runHistory(workspace, wanted)
      : snapshotHistory(subject, wanted, { workspace, system });
  const shown = await find(query);
  const { length } = shown.lines;
  const countAll = async (): Promise<number> =>
    length < limit ? length : (await find({ ...query, limit: Infinity })).lines.length;
  const { stdout, stderr } = system;
  if (flags.json === true) {
    stdout.write(
      jsonLine({ schemaVersion: 1, what: subject, total: await countAll(), lines: shown.lines }),
    );
    return exitCodes.done;
  }
  const total = await countAll();
  const hidden = total > length ? `${String(length)} of ${String(total)}, --limit all` : null;
  if (flags.plain === true || !stdout.isTerminal) {
    stdout.write(recordsText(shown.records));
    // Lines of another form among the records would break programs.
    if (hidden !== null) stderr.write(`${hidden}\n`);
  } else if (length === 0) {
    stdout.write('Nothing yet\n');
  } else {
    const form = renderOptions(system, { all: true });
    stdout.write(await shown.text(form));
    if (hidden !== null) stdout.write(`${form.style('faint', hidden)}\n`);
  }
  return exitCodes.done;
}

interface Shown {
  readonly lines: readonly object[];
  readonly records: Parameters<typeof recordsText>[0];
  readonly text: (form: ReturnType<typeof renderOptions>) => Promise<string>;
}

async function runHistory(workspace: Workspace, query: HistoryQuery): Promise<Shown> {
  const runs = await readRuns(workspace, query);
  return {
    lines: runs,
    records: runs.map((one) => [
      ...[one.run, one.outcome, one.durationMs, one.trigger, runNote(one)],
    ]),
    text: (form) => runsText(runs, query, form),
  };
}

async function projectNamed(
  name: string,
  { workspace, system }: { readonly workspace: Workspace; readonly system: System },
): Promise<string> {
  const stored = await readStoredData(workspace);
  const others = ['runs', ...syncNames];
  return (await findProject(stored, name, { command: 'history', others, system })).id;
}

async function snapshotHistory(
  subject: string,
  query: HistoryQuery,
  context: { readonly workspace: Workspace; readonly system: System },
): Promise<Shown> {
  const { workspace } = context;
  const sync = syncNames.find((name) => name === subject);
  const rows =
    sync === undefined
      ? await projectHistory(workspace, await projectNamed(subject, context), query)
      : await syncHistory(workspace, sync, query);
  return {
    lines: rows.map(({ series, run, values }) => ({ sync: series, run, ...values })),
    records: rows.map((row) => [row.run, row.series, subjectText(row, null), valuesText(row)]),
    text: async (form) => {
      const names = sync === undefined ? null : await projectNames(workspace);
      return historyText(rows, { now: query.now, names }, form);
    },
  };
}

/** Returns the names of the projects by id; none if the registry is missing or damaged. */
async function projectNames(workspace: Workspace): Promise<ProjectNames> {
  const registry = await nullIfUnreadable(readSnapshot(workspace, 'projects'));
  return new Map(registry?.projects.map(({ id, name }) => [id, name]));
}

async function syncHistory(
  workspace: Workspace,
  sync: SyncName,
  query: HistoryQuery,
): Promise<readonly HistoryRow[]> {
  const entries = await readHistory(workspace, sync, query);
  return entries.map(({ run, entry, before }) => ({
    series: sync,
    run,
    key: entry.key,
    values: entry,
    before,
  }));
}

/** The entries of a project in the registry and in quality. */
export async function projectHistory(
  workspace: Workspace,
  id: string,
  query: HistoryQuery,
): Promise<readonly HistoryRow[]> {
  const ofProject = { ...query, key: id };
  const rows = [
    ...(await syncHistory(workspace, 'quality', ofProject)),
    ...(await syncHistory(workspace, 'projects', ofProject)),
  ];
  return rows.toSorted((a, b) => (a.run < b.run ? -1 : Number(a.run > b.run))).slice(-query.limit);
}
