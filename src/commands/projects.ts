import { projectRows } from '../analytics/overview.ts';
import { selectProjects, type ProjectOrder } from '../analytics/select-projects.ts';
import { exitCodes } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { jsonLine } from '../output/json.ts';
import { projectRecord } from '../output/project-columns.ts';
import { projectsText } from '../output/projects-text.ts';
import { recordsText } from '../output/table.ts';
import { findWorkspace } from '../config/workspace.ts';
import { readStoredData } from '../analytics/read-stored-data.ts';
import type { GlobalFlags } from './command.ts';
import { renderOptions } from '../output/render-options.ts';

export interface ProjectsFlags extends GlobalFlags {
  readonly sort?: ProjectOrder;
  readonly reverse?: boolean;
  readonly dirty?: boolean;
  readonly missing?: boolean;
}

/** `sync-runner projects`: the table of projects. A pipe gets one record per line. */
export async function projects(
  flags: ProjectsFlags,
  system: System,
  words: readonly string[],
): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const stored = await readStoredData(workspace);
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
    stderr.write('No projects yet: no run has finished\n  fix: sync-runner run\n');
  } else if (flags.plain === true || !stdout.isTerminal) {
    stdout.write(recordsText(rows.map(projectRecord)));
  } else {
    const { projects: total, missing, notObserved } = stored.projects.summary;
    const counts =
      flags.missing === true
        ? { total: missing, missing: 0, notObserved: 0 }
        : { total, missing, notObserved };
    const form = renderOptions(system, { all: true });
    stdout.write(await projectsText(rows, { ...counts, now: system.now() }, form));
  }
  return exitCodes.done;
}
