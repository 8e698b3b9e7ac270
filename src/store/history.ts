import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { dayOf, monthOf, type Timestamp } from '../schema/timestamp.ts';
import type { RunLine } from '../schema/status.ts';
import { shellQuote } from '../util/shell.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import type { SyncName } from '../schema/syncs.ts';
import type { Workspace } from '../config/workspace.ts';
import {
  lastLineOf,
  listMonths,
  monthFileName,
  readCurrentMonth,
  type CurrentMonth,
} from './history-file.ts';
import {
  buildIndex,
  hashOf,
  identitiesOf,
  indexText,
  readIndex,
  type LastLine,
} from './history-index.ts';
import { stageFile, stampOf, type StagedFile } from './stage.ts';

/** What a run adds to a series, ready to be committed. */
export interface StagedHistory {
  readonly files: readonly StagedFile[];
  readonly lines: number;
  readonly warnings: readonly Diagnostic[];
}

/** What a sync keeps of one thing (a project, a day of a model, …). */
interface Entry {
  readonly key: string;
}

/** Entries that are compared before others get their turn: a few milliseconds. */
const entriesAtATime = 500;

/**
 * Stages a line for every entry that differs from the last line with its key, and one a day for every
 * key, so that a trend has its points. Keys of tokens carry the day that they are about, which makes a
 * point of its own: they get a line on change only. An unchanged run reads the index and nothing else.
 * Throws `FileError`, and `UserError` `io` and `lock-lost`.
 */
export async function stageEntries(
  stage: string,
  workspace: Workspace,
  series: SyncName,
  { run, entries }: { readonly run: Timestamp; readonly entries: readonly Entry[] },
): Promise<StagedHistory> {
  const folder = workspace.historyDir(series);
  const path = join(folder, monthFileName(series, monthOf(run)));
  // What a wrong clock wrote into months to come is no reference for today.
  const months = (await listMonths(folder, series)).filter(({ month }) => month <= monthOf(run));
  const identities = await identitiesOf(months);
  const indexPath = join(dirname(workspace.cache(series)), `history-${series}.json`);

  const stored = await readIndex(indexPath, identities);
  let current: CurrentMonth | null = null;
  let warnings: readonly Diagnostic[] = [];
  let before = stored;
  if (before === null) {
    current = await readCurrentMonth(path);
    const { whole } = current;
    const contents = months.map((one) => (one.path === path ? { ...one, content: whole } : one));
    ({ last: before, warnings } = await buildIndex(contents));
  }

  const { lines, last } = await dueLines(series, run, entries, before);
  if (lines.length === 0 && !current?.torn) {
    const isWorthKeeping = stored === null && months.length > 0;
    const index = isWorthKeeping
      ? [await stageFile(stage, indexPath, indexText(identities, last))]
      : [];
    return { files: index, lines: 0, warnings };
  }
  current ??= await readCurrentMonth(path);
  const month = await stageMonth(stage, { path, run, current, lines });
  const now = new Map(identities).set(monthOf(run), month.file.identity);
  const index = await stageFile(stage, indexPath, indexText(now, last));
  return {
    files: [...month.aside, month.file, index],
    lines: lines.length,
    warnings: [...warnings, ...month.warnings],
  };
}

/** Stages the line of a run in the run log; nothing when its last line is of that run already. */
export async function stageRunLine(
  stage: string,
  workspace: Workspace,
  line: RunLine,
): Promise<StagedHistory> {
  const path = join(workspace.historyDir('runs'), monthFileName('runs', monthOf(line.run)));
  const current = await readCurrentMonth(path);
  const text = JSON.stringify(line);
  if (lastLineOf(current.whole) === text) return { files: [], lines: 0, warnings: [] };
  const month = await stageMonth(stage, { path, run: line.run, current, lines: [`${text}\n`] });
  return { files: [...month.aside, month.file], lines: 1, warnings: month.warnings };
}

/** The lines that are due, and the last line of every key once they are written. */
async function dueLines(
  series: SyncName,
  run: Timestamp,
  entries: readonly Entry[],
  before: ReadonlyMap<string, LastLine>,
): Promise<{ readonly lines: readonly string[]; readonly last: ReadonlyMap<string, LastLine> }> {
  const last = new Map(before);
  const lines: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index % entriesAtATime === 0) await setImmediate();
    const line: LastLine = { day: dayOf(run), hash: hashOf(entry) };
    const old = last.get(entry.key);
    const isDaily = series !== 'tokens';
    if (old?.hash === line.hash && !(isDaily && old.day !== line.day)) continue;
    last.set(entry.key, line);
    lines.push(`${JSON.stringify({ run, ...entry })}\n`);
  }
  return { lines, last };
}

/** Stages a month file with new lines, whole: a file is never appended to in its place. */
async function stageMonth(
  stage: string,
  options: {
    readonly path: string;
    readonly run: Timestamp;
    readonly current: CurrentMonth;
    readonly lines: readonly string[];
  },
): Promise<{
  readonly file: StagedFile;
  readonly aside: readonly StagedFile[];
  readonly warnings: readonly Diagnostic[];
}> {
  const { path, run, current, lines } = options;
  const content = Buffer.concat([current.whole, Buffer.from(lines.join(''))]);
  const file = await stageFile(
    stage,
    path,
    content,
    current.mode === null ? {} : { mode: current.mode },
  );
  if (current.torn === null) return { file, aside: [], warnings: [] };
  const asidePath = `${path}.corrupt-${stampOf(run)}`;
  return {
    file,
    aside: [await stageFile(stage, asidePath, current.torn)],
    warnings: [
      diagnostic('history-torn', {
        subject: path,
        message: `the last line is incomplete; it was moved to ${asidePath}`,
        hint: `rm ${shellQuote(asidePath)}`,
      }),
    ],
  };
}
