import { resolve } from 'node:path';
import { readConfig } from '../config/config.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import { shellQuote } from '../util/shell.ts';
import { artifactBytes } from '../schedule/install/apply-steps.ts';
import { createScheduleContext, type ScheduleContext } from '../schedule/schedule-context.ts';
import { install, planInstall, type InstallPlan } from '../schedule/install/plan-install.ts';
import { schedulers } from '../schedule/registry.ts';
import { scheduleDiagnostics } from '../schedule/schedule-diagnostics.ts';
import { isPaused, type Comparison } from '../schedule/install/compare-installed.ts';
import { installFile, readInstalledFile } from '../schedule/install/installed-file.ts';
import { chooseScheduler, type SchedulerChoice } from '../schedule/install/choose-scheduler.ts';
import { nextRun } from '../schedule/schedule-status.ts';
import { renderTemplates } from '../schedule/render-templates.ts';
import { scheduleZones } from '../schedule/time-zones.ts';
import { resolvePath } from '../system/resolve-path.ts';
import type { System } from '../system/system.ts';
import { jsonLine } from '../output/json.ts';
import {
  differencesText,
  installText,
  scheduleDiagnosticsText,
} from '../output/commands/schedule-text.ts';
import { artifactsText } from '../output/commands/steps-text.ts';
import { findWorkspace } from '../config/workspace.ts';
import { printResult } from './print-result.ts';
import { controlSchedule, requestedAction, type ControlFlags } from './control-schedule.ts';

export interface InstallFlags extends ControlFlags {
  readonly print?: boolean;
  readonly check?: boolean;
  /** A directory, or true for `deploy/` in the workspace. */
  readonly templates?: string | true;
}

/** `sync-runner install-schedule`: installs a job in the scheduler of the system. Returns the exit code. */
export async function installSchedule(flags: InstallFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const config = await readConfig(workspace);
  if (flags.templates !== undefined) {
    const dir =
      flags.templates === true
        ? resolve(workspace.root, 'deploy')
        : resolvePath(flags.templates, system);
    return writeTemplates(dir, renderTemplates(config), flags, system);
  }
  const context = await createScheduleContext(config, workspace, system);
  const action = requestedAction(flags);
  if (action !== null) return controlSchedule(action, context, flags);
  const choice = await choose(flags, context);
  const isPrinted = flags.print === true || choice.scheduler.name === 'kubernetes';
  if (isPrinted && flags.check !== true) return print(choice, context, flags);
  if (isPrinted) {
    const message = `${choice.scheduler.title}: the manifest is only printed, so there is nothing to check`;
    throw new UserError('usage', message, {
      hint: 'pipe the output of --print into `kubectl diff -f -`',
    });
  }
  const plan = await planInstall(choice, context);
  if (isPaused(context.record, plan.state)) {
    return reportPaused(plan, flags, system);
  }
  return flags.check === true ? check(plan, flags, system) : apply(plan, context, flags);
}

/** A paused schedule is not changed: a repeated install must not resume it. */
function reportPaused(
  { scheduler, reason }: InstallPlan,
  flags: InstallFlags,
  system: System,
): number {
  const document = { target: scheduler.name, reason, state: 'paused', changed: false };
  const text = `paused: ${scheduler.title}   (sync-runner install-schedule --resume)\n`;
  printResult(flags, system, document, text);
  return exitCodes.done;
}

/** With --print, the scheduler does not have to exist on this machine. */
async function choose(flags: InstallFlags, context: ScheduleContext): Promise<SchedulerChoice> {
  const { target } = flags;
  if (flags.print !== true || target === 'auto') return chooseScheduler(target, context);
  return { scheduler: schedulers[target], reason: 'requested' };
}

/** Writes the templates; with --check compares them, with --dry-run only lists the changes. */
async function writeTemplates(
  dir: string,
  templates: ReturnType<typeof renderTemplates>,
  flags: InstallFlags,
  system: System,
): Promise<number> {
  const isCheck = flags.check === true;
  const isDryRun = flags.dryRun === true;
  const changes: Comparison[] = [];
  for (const artifact of templates) {
    const path = resolve(dir, artifact.path);
    const bytes = artifactBytes(artifact);
    const installed = await readInstalledFile(path);
    if (installed?.equals(bytes) === true) continue;
    const text = installed?.toString(artifact.encoding) ?? null;
    changes.push({ subject: path, installed: text, expected: artifact.text });
    if (!isCheck && !isDryRun) await installFile(path, bytes, { mode: 0o644 });
  }
  const paths = changes.map(({ subject }) => subject);
  const exitCode = isCheck && paths.length > 0 ? exitCodes.failed : exitCodes.done;
  const result = isCheck || isDryRun ? { outdated: paths } : { written: paths };
  const verb = isCheck ? 'outdated:' : isDryRun ? 'Would write' : 'Wrote';
  const lines = paths.map((path) => `${verb} ${path}\n`).join('') || `Unchanged: ${dir}\n`;
  const text = `${lines}${isCheck ? differencesText(changes) : ''}`;
  printResult(flags, system, { directory: dir, ...result }, text);
  return exitCode;
}

function print(
  { scheduler, reason }: SchedulerChoice,
  { job, host, system }: ScheduleContext,
  flags: InstallFlags,
): number {
  const artifacts = scheduler.render(job, host);
  if (flags.json === true) {
    const document = { schemaVersion: 1, target: scheduler.name, reason, job, artifacts };
    system.stdout.write(jsonLine(document));
    return exitCodes.done;
  }
  const [artifact, ...others] = artifacts;
  // A file or a program gets the bytes that the scheduler reads, a terminal text.
  const isBinary = artifact !== undefined && others.length === 0 && !system.stdout.isTerminal;
  system.stdout.write(isBinary ? artifactBytes(artifact) : artifactsText(artifacts));
  return exitCodes.done;
}

function check(
  { scheduler, reason, state, comparisons }: InstallPlan,
  flags: InstallFlags,
  system: System,
): number {
  const differences = comparisons.filter(({ installed, expected }) => installed !== expected);
  const document = { target: scheduler.name, reason, state, differences };
  const text = `${state}: ${scheduler.title}\n${differencesText(comparisons)}`;
  printResult(flags, system, document, text);
  return state === 'installed' ? exitCodes.done : exitCodes.failed;
}

async function apply(
  plan: InstallPlan,
  context: ScheduleContext,
  flags: InstallFlags,
): Promise<number> {
  const { system, job, runTool } = context;
  const { scheduler, reason, state, steps } = plan;
  const dryRun = flags.dryRun === true;
  if (!dryRun) await install(plan, context);
  const diagnostics = await scheduleDiagnostics(scheduler, context);
  const now = system.now();
  const zones = await scheduleZones(scheduler, context);
  const getDue = (): null => null;
  const next = dryRun ? null : await nextRun(scheduler, job, { runTool, now, zones, getDue });
  const nextRunAt = next?.toISOString() ?? null;
  if (flags.json === true) {
    const document = {
      schemaVersion: 1,
      target: scheduler.name,
      reason,
      state: dryRun ? state : 'installed',
      changed: !dryRun && steps.length > 0,
      dryRun,
      job,
      steps,
      nextRunAt,
      diagnostics,
    };
    system.stdout.write(jsonLine(document));
  } else if (flags.quiet !== true) {
    // The workspace is named if it was named for the installation.
    const named = flags.workspace === undefined ? '' : ` --workspace ${shellQuote(job.workspace)}`;
    const undo = `sync-runner uninstall-schedule${named}`;
    system.stdout.write(installText(plan, job, { dryRun, nextRunAt, now, undo }));
    system.stderr.write(scheduleDiagnosticsText(diagnostics));
  }
  return exitCodes.done;
}
