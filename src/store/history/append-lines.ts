import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Timestamp } from '../../schema/timestamp.ts';
import { dayOf, monthOf } from '../../util/dates.ts';
import type { RunLine } from '../../schema/status.ts';
import type { SyncName } from '../../schema/syncs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { equalJson } from '../../util/json.ts';
import { shellQuote } from '../../util/shell.ts';
import { quarantinePath, stageFile, type StagedFile } from '../stage.ts';
import { readLastLines, type HistoryLine } from './last-lines.ts';
import {
  lastLineOf,
  listMonths,
  monthFileName,
  readMonthForAppend,
  type AppendableMonth,
} from './month-file.ts';

/** The lines that a run adds to a series, ready to be committed. */
export interface StagedHistory {
  readonly files: readonly StagedFile[];
  readonly lines: number;
  readonly warnings: readonly Diagnostic[];
}

/** A history entry of a sync, for example about a project or a day of a model. */
interface Entry {
  readonly key: string;
}

/** Yield to the event loop after this many entries, which take a few milliseconds. */
const entriesPerTurn = 500;

/**
 * Stages a line for every entry that differs from the last line with its key, and one per day for every key, so that
 * trends have a point for each day. Keys of tokens contain their day, so they get a line only when they change.
 * Throws `FileError`, or `UserError` with code `io` or `lock-lost`.
 */
export async function stageEntries(
  stage: string,
  workspace: Workspace,
  series: SyncName,
  { run, entries }: { readonly run: Timestamp; readonly entries: readonly Entry[] },
): Promise<StagedHistory> {
  const dir = workspace.historyDir(series);
  const path = join(dir, monthFileName(series, monthOf(run)));
  const current = await readMonthForAppend(path);
  // Lines of a clock that was ahead are not compared with today's.
  const months = (await listMonths(dir, series))
    .filter(({ month }) => month <= monthOf(run))
    .map((month) => (month.path === path ? { ...month, content: current.complete } : month));
  const { last, warnings } = await readLastLines(months, new Set(entries.map(({ key }) => key)));
  const due = await dueEntries(series, run, entries, last);
  if (due.length === 0 && current.torn === null) return { files: [], lines: 0, warnings };
  const month = await stageMonth(stage, { path, run, current, lines: linesOf(run, due) });
  return {
    files: month.files,
    lines: due.length,
    warnings: [...warnings, ...month.warnings],
  };
}

/** Stages the line of a run in the run log, unless its last line is already that line. */
export async function stageRunLine(
  stage: string,
  workspace: Workspace,
  line: RunLine,
): Promise<StagedHistory> {
  const path = join(workspace.historyDir('runs'), monthFileName('runs', monthOf(line.run)));
  const current = await readMonthForAppend(path);
  const text = JSON.stringify(line);
  if (lastLineOf(current.complete) === text) return { files: [], lines: 0, warnings: [] };
  const month = await stageMonth(stage, { path, run: line.run, current, lines: [`${text}\n`] });
  return { ...month, lines: 1 };
}

function* linesOf(run: Timestamp, entries: readonly Entry[]): Generator<string> {
  for (const entry of entries) yield `${JSON.stringify({ run, ...entry })}\n`;
}

function* contentOf(
  { complete }: AppendableMonth,
  lines: Iterable<string>,
): Generator<string | Uint8Array> {
  yield complete;
  yield* lines;
}

async function dueEntries(
  series: SyncName,
  run: Timestamp,
  entries: readonly Entry[],
  last: ReadonlyMap<string, HistoryLine>,
): Promise<readonly Entry[]> {
  const isDaily = series !== 'tokens';
  const due = new Map<string, Entry>();
  for (const [index, entry] of entries.entries()) {
    if (index % entriesPerTurn === 0) await setImmediate();
    const previous = last.get(entry.key);
    const isDue =
      previous === undefined ||
      (isDaily && dayOf(previous.run) !== dayOf(run)) ||
      !equalJson(previous, { ...entry, run: previous.run });
    if (isDue) due.set(entry.key, entry);
  }
  return [...due.values()];
}

/**
 * Stages a month file with its new lines as a complete file, because an interrupted append in place would leave a
 * torn line.
 */
async function stageMonth(
  stage: string,
  options: {
    readonly path: string;
    readonly run: Timestamp;
    readonly current: AppendableMonth;
    readonly lines: Iterable<string>;
  },
): Promise<Omit<StagedHistory, 'lines'>> {
  const { path, run, current, lines } = options;
  const mode = current.mode === null ? {} : { mode: current.mode };
  const file = await stageFile(stage, path, contentOf(current, lines), mode);
  if (current.torn === null) return { files: [file], warnings: [] };
  const quarantine = quarantinePath(path, run);
  const warning = diagnostic('history-torn', {
    subject: path,
    message: `the last line is incomplete; it was moved to ${quarantine}`,
    hint: `rm ${shellQuote(quarantine)}`,
  });
  return { files: [await stageFile(stage, quarantine, current.torn), file], warnings: [warning] };
}
