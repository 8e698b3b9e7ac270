import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sanitizeLine } from '../../util/text.ts';
import { UserError } from '../../util/errors.ts';
import type { ExecResult } from '../../system/system.ts';
import { readTable, toTable, writeTable } from './crontab-table.ts';
import { spliceBlock } from './crontab-block.ts';
import { replaceFile } from './installed-file.ts';
import type { Artifact, Command, Retry, RunTool, Step } from '../scheduler.ts';

/** The hand of the schedulers. */
export interface StepExecutor {
  readonly runTool: RunTool;
  /** Where the crontab is kept that was there before ours. */
  readonly stateFolder: string;
  /** What to do when a command fails. */
  readonly failureHint: string;
  /** Waits between two attempts; a test need not. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Performs the steps in order, and is the only one who does. What is as it should be stays untouched.
 * Throws `UserError` SCHEDULER_FAILED with the scheduler's own words, and `FileError`.
 */
export async function applySteps(steps: readonly Step[], hand: StepExecutor): Promise<void> {
  for (const step of steps) await applyStep(step, hand);
}

async function applyStep(step: Step, hand: StepExecutor): Promise<void> {
  switch (step.type) {
    case 'write':
      await replaceFile(step.artifact.path, artifactBytes(step.artifact), { mode: 0o644 });
      return;
    case 'remove':
      await rm(step.path, { force: true });
      return;
    case 'exec': {
      if (step.onlyIf && (await hand.runTool(step.onlyIf)).exitCode !== 0) return;
      const isFine = (exitCode: number): boolean =>
        exitCode === 0 || (step.alsoFine ?? []).includes(exitCode);
      const passes = (exitCode: number): boolean =>
        step.retry?.exitCodes.includes(exitCode) ?? false;
      await attempt(step.command, { isFine, passes, ...(step.retry ?? once) }, hand);
      return;
    }
    case 'await': {
      const isFine = (exitCode: number): boolean => exitCode === step.exitCode;
      await attempt(step.command, { isFine, passes: () => true, ...step.retry }, hand);
      return;
    }
    case 'edit-crontab':
      await editCrontab(step, hand);
  }
}

const once = { attempts: 1, pauseMs: 0 };

async function attempt(
  command: Command,
  rules: Omit<Retry, 'exitCodes'> & {
    readonly isFine: (exitCode: number) => boolean;
    readonly passes: (exitCode: number) => boolean;
  },
  { runTool, wait = pause, failureHint }: StepExecutor,
): Promise<void> {
  for (let left = rules.attempts; ; left -= 1) {
    const answer = await runTool(command);
    if (rules.isFine(answer.exitCode)) return;
    if (left <= 1 || !rules.passes(answer.exitCode)) {
      throw new UserError('scheduler-failed', failureText(command, answer), { hint: failureHint });
    }
    await wait(rules.pauseMs);
  }
}

function failureText(command: Command, { exitCode, stderr, stdout }: ExecResult): string {
  const said = stderr.trim() || Buffer.from(stdout.subarray(0, 2000)).toString('utf8').trim();
  const words = said === '' ? '' : `: ${sanitizeLine(said, 500)}`;
  return `${command.join(' ')} ended with ${String(exitCode)}${words}`;
}

async function editCrontab(
  { id, block }: Extract<Step, { type: 'edit-crontab' }>,
  { runTool, stateFolder }: StepExecutor,
): Promise<void> {
  const before = await readTable(runTool);
  const after = spliceBlock(before ?? '', id, block === null ? null : toTable(block));
  if (after === (before ?? '')) return;
  if (before !== null) {
    const kept = join(stateFolder, 'crontab.previous');
    await replaceFile(kept, Buffer.from(before, 'latin1'), { mode: 0o600 });
  }
  await writeTable(before, after, runTool);
}

/** An artifact as it lies on the disk. */
export const artifactBytes = ({ text, encoding }: Artifact): Buffer => Buffer.from(text, encoding);
