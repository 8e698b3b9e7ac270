import type { StatusFile } from '../schema/status.ts';
import { lastWarnings, type HealthAssessment } from '../health/assess-health.ts';
import { healthOf } from '../util/diagnostic.ts';
import type { System } from '../system/system.ts';
import { jsonLine } from '../output/json.ts';
import {
  projectPageText,
  projectDiagnostics,
  type ProjectPage,
} from '../output/commands/project-page.ts';
import { diagnosticRecord } from '../output/commands/status-records.ts';
import { recordsText } from '../output/table.ts';
import type { Workspace } from '../config/workspace.ts';
import { findProject } from './find-project.ts';
import { projectHistory } from './history.ts';
import { readStoredData } from '../analytics/read-stored-data.ts';
import { renderOptions } from '../output/render-options.ts';
import type { StatusFlags } from './status.ts';

/** Number of history lines on the page of a project. */
const shownHistory = 10;

interface ProjectFacts {
  readonly workspace: Workspace;
  readonly status: StatusFile | null;
  readonly health: HealthAssessment;
}

/** `sync-runner status PROJECT`. Returns the health of the project. */
export async function projectStatus(
  name: string,
  facts: ProjectFacts,
  flags: StatusFlags,
  system: System,
): Promise<HealthAssessment['health']> {
  const page = await loadProjectPage(name, facts, system);
  const diagnostics = projectDiagnostics(page);
  const { project, quality, history } = page;
  if (flags.json === true) {
    const lines = history.map(({ series, run, values }) => ({ sync: series, run, ...values }));
    const { cost30Usd } = page.row;
    const document = { project, quality, cost30Usd, diagnostics, history: lines, log: page.log };
    system.stdout.write(jsonLine({ schemaVersion: 1, ...document }));
  } else if (flags.plain === true) {
    system.stdout.write(
      recordsText([
        ['project', project.id, project.path, project.state],
        ...diagnostics.map(diagnosticRecord),
      ]),
    );
  } else {
    system.stdout.write(await projectPageText(page, renderOptions(system, { all: true })));
  }
  return healthOf(diagnostics);
}

async function loadProjectPage(
  name: string,
  { workspace, status, health }: ProjectFacts,
  system: System,
): Promise<ProjectPage> {
  const stored = await readStoredData(workspace);
  const row = await findProject(stored, name, { command: 'status', system });
  const now = system.now();
  const project = stored.projects?.projects.find(({ id }) => id === row.id);
  if (project === undefined) throw new Error(`${row.id} is no longer in the registry`);
  const query = { now, since: null, limit: shownHistory, key: null };
  return {
    row,
    project,
    quality: stored.quality?.projects.find(({ id }) => id === row.id) ?? null,
    warnings: lastWarnings(status).filter(({ subject }) => concernsProject(subject, row)),
    errors: health.diagnostics.filter(({ severity }) => severity === 'error'),
    history: await projectHistory(workspace, row.id, query),
    log: workspace.log,
    now,
  };
}

/** The subject of a warning is the id of a project, `<id>: <path>`, or an absolute path. */
export const concernsProject = (
  subject: string | null,
  { id, path }: Pick<ProjectPage['row'], 'id' | 'path'>,
): boolean =>
  subject !== null &&
  (subject === id ||
    subject === path ||
    subject.startsWith(`${id}: `) ||
    subject.startsWith(`${path}/`));
