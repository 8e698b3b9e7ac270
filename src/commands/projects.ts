import { projectRows } from '../analytics/overview.ts';
import { selectProjects, type ProjectOrder } from '../analytics/select-projects.ts';
import { exitCodes } from '../errors.ts';
import type { System } from '../system.ts';
import { jsonLine } from '../views/json.ts';
import { projectRecord } from '../views/project-columns.ts';
import { projectsText } from '../views/projects.ts';
import { recordsText } from '../views/table.ts';
import { findWorkspace } from '../workspace.ts';
import { readStored } from './look-at-overview.ts';
import type { GlobalOptions } from './options.ts';
import { pageForm } from './page-form.ts';

export interface ProjectsFlags extends GlobalOptions {
  readonly sort?: ProjectOrder;
  readonly reverse?: boolean;
  readonly dirty?: boolean;
  readonly missing?: boolean;
}

/** `sync-runner projects`: what there is, and what of it needs a person. A pipe gets records. */
export async function projects(
  words: readonly string[],
  flags: ProjectsFlags,
  system: System,
): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  const stored = await readStored(workspace);
  const rows = selectProjects(projectRows(stored), {
    words,
    dirty: flags.dirty === true,
    missing: flags.missing === true,
    order: flags.sort ?? 'attention',
    reverse: flags.reverse === true,
  });
  const { stdout, stderr } = system;
  if (flags.json === true) {
    const updatedAt = stored.projects?.updatedAt ?? null;
    stdout.write(jsonLine({ schemaVersion: 1, updatedAt, projects: rows }));
  } else if (stored.projects === null) {
    stderr.write('No projects yet: nothing has run\n  fix: sync-runner run\n');
  } else if (flags.plain === true || !stdout.isTerminal) {
    stdout.write(recordsText(rows.map(projectRecord)));
  } else {
    const { projects: total, missing } = stored.projects.summary;
    const counts = flags.missing === true ? { total: missing, missing: 0 } : { total, missing };
    const form = pageForm(system, { all: true });
    stdout.write(await projectsText(rows, { ...counts, now: system.now() }, form));
  }
  return exitCodes.done;
}
