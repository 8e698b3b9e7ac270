import { UserError } from '../../util/errors.ts';
import { applySteps } from './apply-steps.ts';
import { compareInstalled, type Comparison, type ScheduleState } from './compare-installed.ts';
import type { ScheduleContext } from '../schedule-context.ts';
import { schedulers, schedulersOf } from '../registry.ts';
import { removeRecord, writeRecord } from './install-record.ts';
import type { Scheduler, SchedulerName, Step } from '../scheduler.ts';
import { absence, type Choice } from './choose-scheduler.ts';

/** What an install would do. Without steps all is as it should be. */
export interface InstallPlan extends Choice {
  readonly state: ScheduleState;
  readonly comparisons: readonly Comparison[];
  readonly steps: readonly Step[];
}

/** Looks at what is installed and plans what is missing; changes nothing. */
export async function planInstall(choice: Choice, context: ScheduleContext): Promise<InstallPlan> {
  const { job, host, record, runTool } = context;
  const { scheduler } = choice;
  const { state, comparisons } = await compareInstalled(scheduler, job, host, runTool);
  const install = state === 'installed' ? [] : scheduler.install(job, host);
  // A schedule that moves is taken out of its old place only when it is safe in the new one.
  const moves = record !== null && record.target !== scheduler.name;
  const removal = moves ? schedulers[record.target].uninstall(job, host) : [];
  return { ...choice, state, comparisons, steps: [...install, ...removal] };
}

/** Performs the plan and remembers it. Throws as `applySteps` does. */
export async function install(
  { scheduler, steps }: InstallPlan,
  context: ScheduleContext,
): Promise<void> {
  await perform(steps, scheduler, context);
  if (scheduler.name !== 'kubernetes') {
    await writeRecord(context.workspace, scheduler.name, context.job);
  }
}

/** What an uninstall would do, and what could not be looked at. */
export interface UninstallPlan {
  readonly parts: readonly { readonly scheduler: Scheduler; readonly steps: readonly Step[] }[];
  readonly notes: readonly string[];
  /** Whether nothing of this workspace is installed any more afterwards. */
  readonly isComplete: boolean;
}

/**
 * Plans the removal: from the scheduler asked for, else from where it was installed, else from wherever
 * on this platform it is found. What is not there needs no step.
 */
export async function planUninstall(
  target: SchedulerName | 'auto',
  context: ScheduleContext,
): Promise<UninstallPlan> {
  const { job, host, record, runTool, system } = context;
  const named = target === 'auto' ? (record?.target ?? null) : target;
  const candidates = named === null ? schedulersOf(system.platform) : [named];
  const parts: { scheduler: Scheduler; steps: readonly Step[] }[] = [];
  const notes: string[] = [];
  for (const name of candidates) {
    const scheduler = schedulers[name];
    if (named === null && (await absence(scheduler, runTool)) !== null) continue;
    try {
      const { state } = await compareInstalled(scheduler, job, host, runTool);
      if (state !== 'missing') parts.push({ scheduler, steps: scheduler.uninstall(job, host) });
    } catch (error) {
      if (named !== null || !(error instanceof UserError)) throw error;
      notes.push(error.message);
    }
  }
  const isComplete = record === null || candidates.includes(record.target);
  return { parts, notes, isComplete };
}

/** Performs the removal and, when it is complete, forgets the record. Throws as `applySteps` does. */
export async function uninstall(plan: UninstallPlan, context: ScheduleContext): Promise<void> {
  for (const { scheduler, steps } of plan.parts) await perform(steps, scheduler, context);
  if (plan.isComplete) await removeRecord(context.workspace);
}

const perform = (
  steps: readonly Step[],
  { failureHint }: Scheduler,
  { runTool, workspace }: ScheduleContext,
): Promise<void> => applySteps(steps, { runTool, stateFolder: workspace.schedule, failureHint });
