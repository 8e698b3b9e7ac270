import type { ScheduleRecord } from '../../schema/schedule.ts';
import type { Host, Job, RunTool, Scheduler } from '../scheduler.ts';
import { findBlock } from './crontab-block.ts';
import { decodeFromCrontab, readCrontab } from './crontab-table.ts';
import { readInstalledFile } from './installed-file.ts';
import { runProbe } from './run-tool.ts';

export type ScheduleState = 'installed' | 'outdated' | 'missing';

/** Whether a schedule is paused. A missing or an installed one is not, whatever its record contains. */
export const isPaused = (record: ScheduleRecord | null, state: ScheduleState): boolean =>
  record?.paused === true && state === 'outdated';

/** One part of a schedule, as it is now and as an install would make it. */
export interface Comparison {
  /** The path of a file, `crontab`, or the scheduler that reported its state. */
  readonly subject: string;
  readonly installed: string | null;
  readonly expected: string;
}

/** Compares every file and block, and the state that the scheduler reports, with those of a fresh install. */
export async function compareInstalled(
  scheduler: Scheduler,
  job: Job,
  host: Host,
  runTool: RunTool,
): Promise<{ readonly state: ScheduleState; readonly comparisons: readonly Comparison[] }> {
  const comparisons: Comparison[] = [];
  for (const step of scheduler.install(job, host)) {
    if (step.type === 'write') {
      const { path, text, encoding } = step.artifact;
      const bytes = await readInstalledFile(path);
      const installed = bytes?.toString(encoding) ?? null;
      comparisons.push({ subject: path, installed, expected: text });
    } else if (step.type === 'edit-crontab' && step.block !== null) {
      const block = findBlock((await readCrontab(runTool)) ?? '', step.owner);
      const installed = block === null ? null : decodeFromCrontab(block);
      comparisons.push({ subject: 'crontab', installed, expected: step.block });
    }
  }
  if (scheduler.stateProbe) {
    const probe = scheduler.stateProbe(job, host);
    const installed = await runProbe(probe, runTool);
    comparisons.push({ subject: scheduler.title, installed, expected: probe.expected });
  }
  return { state: toState(comparisons), comparisons };
}

function toState(comparisons: readonly Comparison[]): ScheduleState {
  if (comparisons.every(({ installed, expected }) => installed === expected)) return 'installed';
  return comparisons.every(({ installed }) => installed === null) ? 'missing' : 'outdated';
}
