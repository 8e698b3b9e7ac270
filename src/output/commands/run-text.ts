import type { RunRecord, SyncResult } from '../../schema/status.ts';
import { syncNames, type SyncName } from '../../schema/sync-names.ts';
import { groupBy } from '../../util/collections.ts';
import type { Diagnostic } from '../../util/diagnostic.ts';
import { sanitizeLine } from '../../util/text.ts';
import type { RunEvent } from '../../run/events.ts';
import { diagnosticText } from '../diagnostic-text.ts';
import { createStyle } from '../style.ts';
import { formatDuration } from '../format-time.ts';

/** A line of output: results go to stdout, everything else to stderr. */
export interface Line {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

const stdout = (text: string): Line => ({ stream: 'stdout', text });
const stderr = (text: string): Line => ({ stream: 'stderr', text });

const plain = createStyle(false);

/** Maximum number of warnings printed per sync without `--verbose`; the status file contains all. */
const shownWarnings = 10;

/** Returns the text of an event. Scripts search for these lines, so their wording must not change. */
export function runLines(event: RunEvent, verbose = false): readonly Line[] {
  switch (event.type) {
    case 'stale-lock':
      return [stdout(`Stale lock file detected (${String(event.ageMinutes)}min old) - removing`)];
    case 'sync-started':
      return [stdout(`Starting sync: ${event.sync}...`)];
    case 'notice':
      return [stdout(event.message)];
    case 'retry': {
      const wait = formatDuration(event.waitMs);
      return [stderr(`! ${event.sync}  ${event.message}; trying again in ${wait}`)];
    }
    case 'sync-finished':
      return finishedLines(event.sync, event.result, verbose);
    case 'warning':
      return [stderr(diagnosticText(event.warning, plain))];
    case 'bug':
      return [stderr(event.stack)];
    case 'stopped':
      return [stderr(`Stopping (${event.signal})`)];
    case 'run-finished':
      return closingLines(event.record);
    case 'progress':
      return [];
  }
}

function finishedLines(sync: SyncName, result: SyncResult, verbose: boolean): readonly Line[] {
  if (result.outcome === 'skipped') return [];
  const grouped = verbose ? result.warnings : groupEqual(result.warnings);
  const shown = verbose ? grouped : grouped.slice(0, shownWarnings);
  const hidden = grouped.length - shown.length;
  const warnings = [
    ...shown.map((warning) => stderr(diagnosticText(warning, plain))),
    ...(hidden > 0 ? [stderr(`! and ${String(hidden)} more (--verbose shows them)`)] : []),
    ...(verbose ? [stderr(`  ${sync} took ${formatDuration(result.durationMs)}`)] : []),
  ];
  if (result.outcome === 'success') return [stdout(closingText(sync, result.counts)), ...warnings];
  return [...warnings, stderr(diagnosticText(result.error, plain))];
}

/** How many subjects of a warning are named. */
const shownSubjects = 3;

/** Returns one warning for all that differ in nothing but their subject, with the first subjects in its message. */
function groupEqual(warnings: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = groupBy(warnings, ({ code, message, hint }) =>
    JSON.stringify([code, message, hint]),
  );
  return [...groups.values()].map((group) => {
    const [first] = group;
    const subjects = group.flatMap(({ subject }) => subject ?? []);
    if (subjects.length < 2) return first;
    const hidden = subjects.length - shownSubjects;
    const names = subjects.slice(0, shownSubjects).join(', ');
    const more = hidden > 0 ? ` and ${String(hidden)} more` : '';
    return { ...first, subject: null, message: `${first.message}: ${names}${more}` };
  });
}

/** Returns the closing line of a sync. Scripts search for it. */
function closingText(sync: SyncName, counts: Readonly<Record<string, number>>): string {
  const count = (name: string): string => String(counts[name] ?? 0);
  switch (sync) {
    case 'tokens':
      return `Synced ${count('entries')} token entries (kept ${count('manual')} manual entries)`;
    case 'quality':
      return `Synced quality for ${count('projects')} projects`;
    case 'projects':
      return `Updated ${count('updated')} projects, added ${count('added')} new projects`;
  }
}

function closingLines({ outcome, results, durationMs }: RunRecord): readonly Line[] {
  const took = `${String(durationMs)}ms`;
  if (outcome === 'interrupted') return [stderr(`✗ Stopped after ${took}`)];
  const ran = syncNames.filter((name) => results[name].outcome !== 'skipped');
  if (ran.length === 0) return [];
  if (outcome === 'success') return [stdout(`✓ All syncs completed in ${took}`)];
  const failed = ran.filter((name) => results[name].outcome === 'error');
  const share = `${String(failed.length)} of ${String(ran.length)} syncs`;
  return [stderr(`✗ ${share} failed in ${took}: ${failed.join(', ')}`)];
}

/** Returns the progress line, which is redrawn in place, truncated to the width of the terminal. */
export function progressLine(
  { done, total, name }: Extract<RunEvent, { type: 'progress' }>,
  columns: number,
): string {
  return `  [${String(done)}/${String(total)}] ${sanitizeLine(name)}`.slice(
    0,
    Math.max(0, columns - 1),
  );
}

/** Returns an event as a line of the log file; null for events that are not logged. */
export function logLine(event: RunEvent, now: Date): string | null {
  const line = (text: string): string => `${now.toISOString().slice(0, 19)}Z ${text}\n`;
  switch (event.type) {
    case 'sync-finished':
      return finishedLog(event.sync, event.result, line);
    case 'run-finished': {
      const { id, durationMs, outcome } = event.record;
      return line(`done run=${id} ms=${String(durationMs)} status=${outcome}`);
    }
    case 'progress':
    case 'sync-started':
      return null;
    case 'stale-lock':
    case 'notice':
    case 'retry':
    case 'warning':
    case 'bug':
    case 'stopped':
      return runLines(event)
        .map(({ text }) => line(text))
        .join('');
  }
}

function finishedLog(
  sync: SyncName,
  result: SyncResult,
  line: (text: string) => string,
): string | null {
  if (result.outcome === 'skipped') return null;
  const took = `ms=${String(result.durationMs)}`;
  const end =
    result.outcome === 'success'
      ? Object.entries(result.counts).map(([name, count]) => `${name}=${String(count)}`)
      : [`failed code=${result.error.code} ${JSON.stringify(result.error.message)}`];
  return [
    ...result.warnings.map(({ code, subject, message }) =>
      line(
        `warning ${sync} subject=${JSON.stringify(subject)} code=${code} ${JSON.stringify(message)}`,
      ),
    ),
    line(`synced ${sync} ${[...end, took].join(' ')}`),
  ].join('');
}
