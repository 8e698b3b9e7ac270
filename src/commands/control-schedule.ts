import { rm } from 'node:fs/promises';
import { stepsText } from '../output/commands/steps-text.ts';
import { compareInstalled, isPaused } from '../schedule/install/compare-installed.ts';
import type { ScheduleTarget } from '../schedule/install/choose-scheduler.ts';
import { writeInstallRecord } from '../schedule/install/install-record.ts';
import { install, perform } from '../schedule/install/plan-install.ts';
import { schedulers } from '../schedule/registry.ts';
import { installedJob, type ScheduleContext } from '../schedule/schedule-context.ts';
import type { ScheduleRecord } from '../schema/schedule.ts';
import type { Scheduler, Step } from '../schedule/scheduler.ts';
import { writeStartRequest } from '../store/start-request.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import type { GlobalFlags } from './command.ts';
import { printResult } from './print-result.ts';

export interface ControlFlags extends GlobalFlags {
  readonly target: ScheduleTarget;
  readonly dryRun?: boolean;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly run?: boolean;
}

type Action = 'pause' | 'resume' | 'run';

const hint = 'sync-runner install-schedule';

/** Returns what to do with the installed schedule; null to install it. Throws `UserError` for several actions. */
export function requestedAction(flags: ControlFlags): Action | null {
  const actions = (['pause', 'resume', 'run'] as const).filter((name) => flags[name] === true);
  if (actions.length > 1) {
    throw new UserError('usage', `--${actions.join(' and --')} exclude each other`);
  }
  return actions[0] ?? null;
}

/** `install-schedule --pause`, `--resume` and `--run`. Returns the exit code. */
export async function controlSchedule(
  action: Action,
  context: ScheduleContext,
  flags: ControlFlags,
): Promise<number> {
  const { record, scheduler, paused } = await installedSchedule(context, flags.target);
  const steps = plan(action, { scheduler, paused }, context);
  const changed = steps.length > 0 && flags.dryRun !== true;
  if (changed) await performAction(action, { record, scheduler, steps }, context);
  const dryRun = flags.dryRun === true;
  const document = { target: scheduler.name, action, changed, steps, dryRun };
  const text = dryRun
    ? `${stepsText(steps)}Dry run: nothing was changed\n`
    : resultText(action, scheduler, changed);
  printResult(flags, context.system, document, text);
  return exitCodes.done;
}

/** Throws `UserError` with code `usage` unless the schedule is installed in the requested scheduler. */
async function installedSchedule(
  context: ScheduleContext,
  target: ScheduleTarget,
): Promise<{ record: ScheduleRecord; scheduler: Scheduler; paused: boolean }> {
  const { record, host, runTool } = context;
  if (record === null) throw new UserError('usage', 'no schedule is installed', { hint });
  const scheduler = schedulers[record.target];
  if (target !== 'auto' && target !== record.target) {
    const message = `the schedule is installed in ${scheduler.title}, not in ${target}`;
    throw new UserError('usage', message, { hint: 'omit --target' });
  }
  const { state } = await compareInstalled(scheduler, installedJob(context), host, runTool);
  if (state === 'missing') {
    const message = `the schedule was installed in ${scheduler.title}, but is no longer there`;
    throw new UserError('usage', message, { hint });
  }
  return { record, scheduler, paused: isPaused(record, state) };
}

/** Returns the steps; none if the schedule is as requested. */
function plan(
  action: Action,
  { scheduler, paused }: { readonly scheduler: Scheduler; readonly paused: boolean },
  context: ScheduleContext,
): readonly Step[] {
  const job = installedJob(context);
  switch (action) {
    case 'pause':
      return paused ? [] : scheduler.pause(job, context.host);
    case 'resume':
      return paused ? scheduler.install(job, context.host) : [];
    case 'run':
      if (!paused) return scheduler.start(job, context.host);
      throw new UserError('usage', `the schedule in ${scheduler.title} is paused`, {
        hint: `${hint} --resume, or sync-runner run`,
      });
  }
}

async function performAction(
  action: Action,
  {
    record,
    scheduler,
    steps,
  }: { record: ScheduleRecord; scheduler: Scheduler; steps: readonly Step[] },
  context: ScheduleContext,
): Promise<void> {
  const { workspace } = context;
  const job = installedJob(context);
  switch (action) {
    case 'pause':
      await perform(steps, scheduler, context);
      await writeInstallRecord(workspace, record.target, job, { paused: true });
      return;
    case 'resume':
      await install({ scheduler, steps }, { ...context, job });
      return;
    case 'run':
      await writeStartRequest(workspace.startRequest);
      try {
        await perform(steps, scheduler, context);
      } catch (error) {
        await rm(workspace.startRequest, { force: true });
        throw error;
      }
  }
}

function resultText(action: Action, { name, title }: Scheduler, changed: boolean): string {
  switch (action) {
    case 'pause':
      return changed
        ? `Paused: ${title}; no run starts until ${hint} --resume\n`
        : `Unchanged: ${title}, it is paused\n`;
    case 'resume':
      return changed ? `Resumed: ${title}\n` : `Unchanged: ${title}, it is not paused\n`;
    case 'run': {
      const how =
        name === 'crontab'
          ? ' (its command in the background, since cron starts none on demand)'
          : '';
      return `Started: ${title}${how}; see sync-runner status\n`;
    }
  }
}
