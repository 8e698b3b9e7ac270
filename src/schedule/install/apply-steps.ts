import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecResult } from '../../system/system.ts';
import { UserError } from '../../util/errors.ts';
import { withRetry } from '../../util/retry.ts';
import { sanitizeLine } from '../../util/text.ts';
import type { Artifact, Command, RetryPolicy, RunTool, Step } from '../scheduler.ts';
import { spliceBlock } from './crontab-block.ts';
import { encodeForCrontab, readCrontab, writeCrontab } from './crontab-table.ts';
import { installFile, readInstalledFile } from './installed-file.ts';

export interface StepExecutor {
  readonly runTool: RunTool;
  /** Directory that keeps a copy of the crontab from before the last change. */
  readonly stateDir: string;
  /** Hint of the error that is thrown when a command fails. */
  readonly failureHint: string;
  /** Steps after a failure, if the files of a previous schedule were replaced, which have been restored. */
  readonly restore?: readonly Step[];
}

/**
 * Performs the steps in order; files that already have the right content stay untouched. Throws `UserError` with code
 * `scheduler-failed` with the output of the failed command, or `FileError`. With `restore`, the files are then as
 * before, and the previous schedule is loaded again.
 */
export async function applySteps(steps: readonly Step[], executor: StepExecutor): Promise<void> {
  const replaced = new Map<string, Buffer | null>();
  try {
    for (const step of steps) {
      if (step.type === 'write' && executor.restore !== undefined) {
        replaced.set(step.artifact.path, await readInstalledFile(step.artifact.path));
      }
      await applyStep(step, executor);
    }
  } catch (error) {
    if (replaced.size > 0) await restoreFiles(replaced, executor, error);
    throw error;
  }
}

/** Throws `UserError` with both messages if that fails, too. */
async function restoreFiles(
  replaced: ReadonlyMap<string, Buffer | null>,
  { restore = [], ...executor }: StepExecutor,
  cause: unknown,
): Promise<void> {
  try {
    for (const [path, bytes] of replaced) {
      if (bytes === null) await rm(path, { force: true });
      else await installFile(path, bytes, { mode: 0o644 });
    }
    if ([...replaced.values()].every((bytes) => bytes === null)) return;
    for (const step of restore) await applyStep(step, executor);
  } catch (error) {
    const [first, second] = [cause, error].map((one) => (one instanceof Error ? one.message : ''));
    const message = `${first ?? ''}; the previous schedule could not be restored: ${second ?? ''}`;
    throw new UserError('scheduler-failed', message, { hint: executor.failureHint, cause });
  }
}

async function applyStep(step: Step, executor: StepExecutor): Promise<void> {
  switch (step.type) {
    case 'write':
      await installFile(step.artifact.path, artifactBytes(step.artifact), { mode: 0o644 });
      return;
    case 'remove':
      await rm(step.path, { force: true });
      return;
    case 'exec': {
      const { command, onlyIf, allowedExitCodes = [], retry } = step;
      if (onlyIf && (await executor.runTool(onlyIf)).exitCode !== 0) return;
      await runCommand(command, executor, {
        isSuccess: (exitCode) => exitCode === 0 || allowedExitCodes.includes(exitCode),
        isRetryable: (exitCode) => retry?.exitCodes.includes(exitCode) ?? false,
        ...(retry ?? { attempts: 1, delayMs: 0 }),
      });
      return;
    }
    case 'await':
      await runCommand(step.command, executor, {
        isSuccess: (exitCode) => exitCode === step.exitCode,
        isRetryable: () => true,
        ...step.retry,
      });
      return;
    case 'edit-crontab':
      await editCrontab(step, executor);
  }
}

interface CommandRules extends Omit<RetryPolicy, 'exitCodes'> {
  readonly isSuccess: (exitCode: number) => boolean;
  readonly isRetryable: (exitCode: number) => boolean;
}

async function runCommand(
  command: Command,
  { runTool, failureHint }: StepExecutor,
  { isSuccess, isRetryable, attempts, delayMs }: CommandRules,
): Promise<void> {
  let exitCode: number | null;
  const run = async (): Promise<void> => {
    exitCode = null;
    const result = await runTool(command);
    exitCode = result.exitCode;
    if (isSuccess(exitCode)) return;
    throw new UserError('scheduler-failed', failureText(command, result), { hint: failureHint });
  };
  await withRetry(run, {
    attempts,
    delayMs: () => delayMs,
    isRetryable: () => exitCode !== null && isRetryable(exitCode),
  });
}

function failureText(command: Command, { exitCode, stderr, stdout }: ExecResult): string {
  const output = stderr.trim() || Buffer.from(stdout.subarray(0, 2000)).toString('utf8').trim();
  const detail = output === '' ? '' : `: ${sanitizeLine(output, 500)}`;
  return `${command.join(' ')} exited with ${String(exitCode)}${detail}`;
}

async function editCrontab(
  { owner, block }: Extract<Step, { type: 'edit-crontab' }>,
  { runTool, stateDir }: StepExecutor,
): Promise<void> {
  const before = await readCrontab(runTool);
  const after = spliceBlock(before ?? '', owner, block === null ? null : encodeForCrontab(block));
  if (after === (before ?? '')) return;
  if (before !== null) {
    const backup = join(stateDir, 'crontab.previous');
    await installFile(backup, Buffer.from(before, 'latin1'), { mode: 0o600 });
  }
  await writeCrontab(before, after, runTool);
}

/** Returns the content of an artifact's file. */
export const artifactBytes = ({ text, encoding }: Artifact): Buffer => Buffer.from(text, encoding);
