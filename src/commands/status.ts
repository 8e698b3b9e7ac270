import type { Overview, ProjectRow } from '../analytics/overview.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import { failureOf } from '../util/failure.ts';
import { assessHealth, type HealthAssessment } from '../health/assess-health.ts';
import type { System } from '../system/system.ts';
import { jsonLine } from '../output/json.ts';
import { statusText } from '../output/commands/status-text.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import { loadOverview } from '../analytics/load-overview.ts';
import { loadHealthFacts } from '../health/load-health-facts.ts';
import { loadRunFacts } from '../health/load-run-facts.ts';
import type { GlobalFlags } from './command.ts';
import { renderOptions } from '../output/render-options.ts';

export interface StatusFlags extends GlobalFlags {
  readonly check?: boolean;
  /** Implies `check`; the default is `error`. */
  readonly failOn?: 'error' | 'warning';
  readonly all?: boolean;
}

/** `sync-runner status [PROJECT]`: shows the health, runs, syncs and lock of the workspace. Read-only. */
export async function status(
  flags: StatusFlags,
  system: System,
  [name = null]: readonly (string | null)[],
): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const facts = await loadRunFacts(workspace);
  const healthFacts = await loadHealthFacts(workspace, facts, system);
  const { now } = healthFacts;
  const { assessment, overview } = await assessWithOverview(
    (overview) => assessHealth({ ...healthFacts, overview }),
    workspace,
  );
  if (name !== null) {
    const { projectStatus } = await import('./project-status.ts');
    const { status: lastStatus } = facts;
    const projectHealth = await projectStatus(
      name,
      { workspace, status: lastStatus, health: assessment },
      flags,
      system,
    );
    return exitCode(projectHealth, flags);
  }
  const { stdout } = system;
  if (flags.json === true) {
    const { usage, budgets, projects } = overview;
    stdout.write(jsonLine({ ...assessment, usage, budgets, projects }));
  } else if (flags.quiet !== true || assessment.health === 'error') {
    const rows =
      flags.all === true ? await allRows(workspace) : (overview.projects?.attention ?? []);
    const zone = flags.verbose === true ? Intl.DateTimeFormat().resolvedOptions().timeZone : null;
    const page = { assessment, overview, rows, now, zone };
    const form = renderOptions(system, { all: flags.all === true || flags.verbose === true });
    if (flags.plain === true) {
      const { statusRecords } = await import('../output/commands/status-records.ts');
      stdout.write(statusRecords(page));
    } else stdout.write(await statusText(page, form));
  }
  return exitCode(assessment.health, flags);
}

/** Returns 1 if a check was requested and the health is as bad as `failOn`. */
function exitCode(health: HealthAssessment['health'], { check, failOn }: StatusFlags): number {
  const fails = failOn === 'warning' ? health !== 'ok' : health === 'error';
  return (check === true || failOn !== undefined) && fails ? exitCodes.failed : exitCodes.done;
}

/** Assesses the health with the overview of the data; adds an error if the data can't be read. */
async function assessWithOverview(
  assess: (overview: Overview | null) => HealthAssessment,
  workspace: Workspace,
): Promise<{ readonly assessment: HealthAssessment; readonly overview: Overview }> {
  try {
    const overview = await loadOverview(workspace);
    return { assessment: assess(overview), overview };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const assessment = assess(null);
    // The sync that owns the damaged file has most likely failed with the same error.
    const { code, message } = error;
    const isKnown = assessment.diagnostics.some(
      (one) => one.code === code && one.message === message,
    );
    const diagnostics = isKnown
      ? assessment.diagnostics
      : [failureOf(error), ...assessment.diagnostics];
    return {
      assessment: { ...assessment, health: 'error', diagnostics },
      overview: { dayEndsAt: null, monthEndsAt: null, usage: [], budgets: [], projects: null },
    };
  }
}

/** Returns every project that is not missing, those that need attention first. */
async function allRows(workspace: Workspace): Promise<readonly ProjectRow[]> {
  const [{ projectRows, attentionRank: rankOf }, { readStoredData: readStored }] =
    await Promise.all([
      import('../analytics/overview.ts'),
      import('../analytics/read-stored-data.ts'),
    ]);
  return projectRows(await readStored(workspace))
    .filter(({ state, attention }) => state !== 'missing' || attention.length > 0)
    .toSorted((a, b) => rankOf(a) - rankOf(b));
}
