import { UserError } from '../../util/errors.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { schedulers, schedulersFor } from '../registry.ts';
import type { ScheduleRecord } from '../../schema/schedule.ts';
import type { ScheduleContext } from '../schedule-context.ts';
import type { Scheduler, SchedulerName, Step } from '../scheduler.ts';
import { applySteps } from './apply-steps.ts';
import { unavailableReason, type SchedulerChoice } from './choose-scheduler.ts';
import { compareInstalled, type Comparison, type ScheduleState } from './compare-installed.ts';
import { removeInstallRecord, writeInstallRecord } from './install-record.ts';

/** The steps of an install; without steps the schedule is up to date. */
export interface InstallPlan extends SchedulerChoice {
  readonly state: ScheduleState;
  readonly comparisons: readonly Comparison[];
  readonly steps: readonly Step[];
}

/** Compares the installed schedule with the expected one and plans the difference. Changes nothing. */
export async function planInstall(
  choice: SchedulerChoice,
  context: ScheduleContext,
): Promise<InstallPlan> {
  const { job, host, record, movedFrom, runTool } = context;
  const { scheduler } = choice;
  const { state, comparisons } = await compareInstalled(scheduler, job, host, runTool);
  const install = state === 'installed' ? [] : scheduler.install(job, host);
  // A failed move must not leave the user without a schedule: remove the old one last.
  const moves = record !== null && record.target !== scheduler.name;
  const removal = moves ? schedulers[record.target].uninstall(job, host) : [];
  const previous = movedFrom === null ? [] : uninstallMoved(movedFrom, context);
  return { ...choice, state, comparisons, steps: [...install, ...removal, ...previous] };
}

/** Returns the steps that remove the schedule of the path from which the workspace was moved. */
function uninstallMoved(
  { target, id, workspace }: ScheduleRecord,
  { job, host }: ScheduleContext,
): readonly Step[] {
  return schedulers[target].uninstall({ ...job, id, workspace }, host);
}

/** Performs the plan and records it. Throws the errors of `applySteps`. */
export async function install(
  { scheduler, steps }: Pick<InstallPlan, 'scheduler' | 'steps'>,
  context: ScheduleContext,
): Promise<void> {
  await perform(steps, scheduler, context, scheduler.restore?.(context.job, context.host));
  if (scheduler.name !== 'kubernetes') {
    await writeInstallRecord(context.workspace, scheduler.name, context.job, { paused: false });
  }
}

/** The steps of an uninstall. */
export interface UninstallPlan {
  readonly parts: readonly { readonly scheduler: Scheduler; readonly steps: readonly Step[] }[];
  /** The schedulers whose state could not be read. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the recorded install is among the parts. */
  readonly isComplete: boolean;
}

/**
 * Plans the removal from the requested scheduler; by default from the recorded one, or without a record from
 * every scheduler of this platform that has the schedule.
 */
export async function planUninstall(
  target: SchedulerName | 'auto',
  context: ScheduleContext,
): Promise<UninstallPlan> {
  const { job, host, record, movedFrom, runTool, system } = context;
  const named = target === 'auto' ? (record?.target ?? null) : target;
  const candidates = named === null ? schedulersFor(system.platform) : [named];
  const parts: { scheduler: Scheduler; steps: readonly Step[] }[] = [];
  if (movedFrom !== null) {
    const scheduler = schedulers[movedFrom.target];
    parts.push({ scheduler, steps: uninstallMoved(movedFrom, context) });
  }
  const diagnostics: Diagnostic[] = [];
  for (const name of candidates) {
    const scheduler = schedulers[name];
    if (named === null && (await unavailableReason(scheduler, runTool)) !== null) continue;
    try {
      const { state } = await compareInstalled(scheduler, job, host, runTool);
      if (state !== 'missing') parts.push({ scheduler, steps: scheduler.uninstall(job, host) });
    } catch (error) {
      if (named !== null || !(error instanceof UserError)) throw error;
      const { message } = error;
      diagnostics.push(diagnostic('scheduler-unreadable', { subject: name, message }));
    }
  }
  const isComplete = record === null || candidates.includes(record.target);
  return { parts, diagnostics, isComplete };
}

/** Performs the removal and, if it is complete, removes the record. Throws the errors of `applySteps`. */
export async function uninstall(plan: UninstallPlan, context: ScheduleContext): Promise<void> {
  for (const { scheduler, steps } of plan.parts) await perform(steps, scheduler, context);
  if (plan.isComplete) await removeInstallRecord(context.workspace);
}

export const perform = (
  steps: readonly Step[],
  { failureHint }: Scheduler,
  { runTool, workspace }: ScheduleContext,
  restore?: readonly Step[],
): Promise<void> =>
  applySteps(steps, {
    runTool,
    stateDir: workspace.schedule,
    failureHint,
    ...(restore === undefined ? {} : { restore }),
  });
