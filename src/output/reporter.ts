import type { RunRecord } from '../schema/status.ts';
import { exitCodes, messageOf } from '../util/errors.ts';
import type { LockState } from '../lock/state.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunResult } from '../run/run-result.ts';
import { appendToLog } from '../store/log-file.ts';
import type { System } from '../system/system.ts';
import { sanitizeLine } from '../util/text.ts';
import { formatRelative } from './format-time.ts';
import { jsonLine } from './json.ts';
import { holderText } from './commands/lock-text.ts';
import { runResultText } from './commands/run-result-text.ts';
import { logLine, progressLine, runLines } from './commands/run-text.ts';

export interface ReporterOptions {
  /** Prints one JSON document instead of text. */
  readonly json?: boolean;
  /** Prints only failures. */
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Prints only failures and appends everything to the log. */
  readonly scheduled?: boolean;
  /** With `scheduled`, prints the log on stdout instead, for containers. */
  readonly logToStdout?: boolean;
  readonly dryRun?: boolean;
}

/** Prints the events and the result of a run. */
export interface Reporter {
  readonly emit: (event: RunEvent) => void;
  readonly finished: (record: RunRecord) => void;
  /** Whether `result` prints anything. */
  readonly printsResult: boolean;
  readonly result: (result: RunResult) => Promise<void>;
  readonly skipped: (holder: LockState) => number;
  readonly notDue: (due: Date) => number;
  /** Logs the error that ends the run. The caller prints it. */
  readonly failed: (error: unknown) => void;
  /** Appends the collected text to the log. */
  readonly close: () => Promise<void>;
}

/** Minimum time between two updates of the progress line, in milliseconds. */
const redrawMs = 80;

export function createReporter(
  options: ReporterOptions,
  system: System,
  logPath: string,
): Reporter {
  const { stdout, stderr } = system;
  const onlyFailures =
    options.json === true || options.quiet === true || options.scheduled === true;
  const logsToStdout = options.scheduled === true && options.logToStdout === true;
  const redraws = stderr.isTerminal && !onlyFailures;
  let drawnAt = 0;
  let logged = '';
  const log = (lines: string): void => {
    if (options.scheduled !== true) return;
    if (logsToStdout) stdout.write(lines);
    else logged += lines;
  };
  /** Two syncs that read the same files have the same warnings. */
  const warned = new Set<string>();

  const clearProgress = (): void => {
    if (drawnAt > 0) stderr.write('\r\u001b[K');
    drawnAt = 0;
  };
  const draw = (event: Extract<RunEvent, { type: 'progress' }>): void => {
    const now = performance.now();
    if (!redraws || now - drawnAt < redrawMs) return;
    drawnAt = now;
    stderr.write(`\r\u001b[K${progressLine(event, stderr.columns)}`);
  };
  const emit = (event: RunEvent): void => {
    log(logLine(event, system.now()) ?? '');
    if (event.type === 'progress') {
      draw(event);
      return;
    }
    if (onlyFailures && (logsToStdout || !isFailure(event))) return;
    clearProgress();
    for (const { stream, text } of runLines(event, options.verbose)) {
      if (text.startsWith('!') && warned.has(text)) continue;
      warned.add(text);
      if (stream === 'stderr') stderr.write(`${text}\n`);
      else if (!onlyFailures) stdout.write(`${text}\n`);
    }
  };
  const document = (content: object): void => {
    if (options.json === true) stdout.write(jsonLine({ schemaVersion: 1, ...content }));
  };
  return {
    emit,
    finished: (record) => {
      document({ outcome: record.outcome, dryRun: options.dryRun === true, run: record });
      if (options.dryRun === true && !onlyFailures) stdout.write('Dry run: nothing was changed\n');
    },
    printsResult: !onlyFailures,
    result: async (result) => {
      clearProgress();
      const columns = stdout.isTerminal ? stdout.columns : null;
      stdout.write(await runResultText(result, { columns }));
    },
    skipped: (holder) => {
      const text = 'Sync already in progress (lock file exists) - skipping';
      document({ outcome: 'skipped', reason: 'locked', lock: holder });
      log(`${stamp(system)} ${text}\n`);
      if (onlyFailures) return exitCodes.done;
      stdout.write(`${text}\n`);
      stderr.write(`${holderText(holder, system.now())}\n`);
      return exitCodes.done;
    },
    notDue: (due) => {
      document({ outcome: 'skipped', reason: 'not-due', dueAt: due.toISOString() });
      if (!onlyFailures) stdout.write(`Not due: next run ${formatRelative(due, system.now())}\n`);
      return exitCodes.done;
    },
    failed: (error) => {
      log(`${stamp(system)} ✗ ${sanitizeLine(messageOf(error))}\n`);
    },
    close: async () => {
      clearProgress();
      if (logged === '') return;
      try {
        await appendToLog(logPath, logged);
      } catch (error) {
        stderr.write(`! the log was not written: ${messageOf(error)}\n`);
      }
    },
  };
}

function isFailure(event: RunEvent): boolean {
  if (event.type === 'sync-finished') return event.result.outcome === 'error';
  if (event.type === 'run-finished') return event.record.outcome !== 'success';
  return event.type === 'bug';
}

const stamp = (system: System): string => `${system.now().toISOString().slice(0, 19)}Z`;
