import { fromTable, readTable } from './crontab-table.ts';
import { findBlock } from './crontab-block.ts';
import { readInstalled } from './installed-file.ts';
import type { Host, Job, RunTool, Scheduler } from '../scheduler.ts';

export type ScheduleState = 'installed' | 'outdated' | 'missing';

/** One thing of a schedule, as it is and as it would be installed now. */
export interface Comparison {
  /** A path, or who was asked. */
  readonly subject: string;
  /** Null where there is nothing. */
  readonly installed: string | null;
  readonly wanted: string;
}

/** Compares what is installed with what would be: every file and block, and the scheduler's own word. */
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
      const bytes = await readInstalled(path);
      comparisons.push({
        subject: path,
        installed: bytes?.toString(encoding) ?? null,
        wanted: text,
      });
    } else if (step.type === 'edit-crontab' && step.block !== null) {
      const block = findBlock((await readTable(runTool)) ?? '', step.id);
      const installed = block === null ? null : fromTable(block);
      comparisons.push({ subject: 'crontab', installed, wanted: step.block });
    }
  }
  if (scheduler.askState) {
    const { command, read, expected } = scheduler.askState(job, host);
    const { exitCode, stdout } = await runTool(command);
    const installed = exitCode === 0 ? read(Buffer.from(stdout).toString('utf8')) : null;
    comparisons.push({ subject: scheduler.title, installed, wanted: expected });
  }
  return { state: stateOf(comparisons), comparisons };
}

function stateOf(comparisons: readonly Comparison[]): ScheduleState {
  if (comparisons.every(({ installed, wanted }) => installed === wanted)) return 'installed';
  return comparisons.every(({ installed }) => installed === null) ? 'missing' : 'outdated';
}
