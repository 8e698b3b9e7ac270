import { projectRows } from '../analytics/overview.ts';
import { groupProjects, type ProjectGroup } from '../analytics/group-projects.ts';
import { selectProjects, type ProjectOrder } from '../analytics/select-projects.ts';
import { toMoney } from '../analytics/usage/money.ts';
import type { ProjectColumnName } from '../schema/project-column-names.ts';
import type { UserFieldName } from '../schema/user-fields.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { jsonLine } from '../output/json.ts';
import { projectRecord } from '../output/commands/project-columns.ts';
import { projectGroupsText } from '../output/commands/project-groups-text.ts';
import { projectsText } from '../output/commands/projects-text.ts';
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
  readonly by?: UserFieldName;
  /** For the table and `--plain`. */
  readonly columns?: readonly ProjectColumnName[];
}

/**
 * `sync-runner projects`: the table of projects. A pipe gets one record per line. `projects set` and `projects forget`
 * edit the registry.
 */
export async function projects(
  flags: ProjectsFlags,
  system: System,
  words: readonly string[],
): Promise<number> {
  const [word, ...args] = words;
  if (word === 'set' || word === 'forget') {
    const { setFields, forgetProject } = await import('./edit-projects.ts');
    return word === 'set' ? setFields(flags, system, args) : forgetProject(flags, system, args);
  }
  if (flags.columns !== undefined) refuseColumnsWith(flags);
  const workspace = await findWorkspace(flags.workspace, system);
  const stored = await readStoredData(workspace);
  const { sort: order = 'attention' } = flags;
  const rows = selectProjects(projectRows(stored), {
    words,
    dirty: flags.dirty === true,
    missing: flags.missing === true,
    order,
    reverse: flags.reverse === true,
  });
  const { stdout, stderr } = system;
  if (flags.by !== undefined && stored.projects !== null) {
    const groups = groupProjects(rows, flags.by);
    stdout.write(await groupsText(groups, flags.by, { flags, system }));
  } else if (flags.json === true) {
    const updatedAt = stored.projects?.updatedAt ?? null;
    stdout.write(jsonLine({ schemaVersion: 1, updatedAt, projects: rows }));
  } else if (stored.projects === null) {
    stderr.write('No projects yet: no run has finished\n  fix: sync-runner run\n');
  } else if (flags.plain === true || !stdout.isTerminal) {
    stdout.write(recordsText(rows.map((row) => projectRecord(row, flags.columns))));
  } else {
    const { projects: total, missing, notObserved } = stored.projects.summary;
    const counts =
      flags.missing === true
        ? { total: missing, missing: 0, notObserved: 0 }
        : { total, missing, notObserved };
    const form = renderOptions(system, { all: true });
    const { columns = null } = flags;
    stdout.write(await projectsText(rows, { ...counts, now: system.now(), order, columns }, form));
  }
  return exitCodes.done;
}

/** Throws if the output has no columns to choose from. */
function refuseColumnsWith({ json, by }: ProjectsFlags): void {
  if (json !== true && by === undefined) return;
  const message =
    json === true
      ? '--columns is for the table and --plain; --json always has all fields'
      : '--columns is for the list of projects, not for the sums of --by';
  throw new UserError('usage', message, { hint: 'sync-runner projects --help' });
}

async function groupsText(
  groups: readonly ProjectGroup[],
  by: UserFieldName,
  { flags, system }: { readonly flags: ProjectsFlags; readonly system: System },
): Promise<string> {
  if (flags.json === true) {
    const documents = groups.map(({ cost30, ...group }) => ({
      ...group,
      cost30Usd: toMoney(cost30),
    }));
    return jsonLine({ schemaVersion: 1, by, groups: documents });
  }
  if (flags.plain !== true && system.stdout.isTerminal) {
    return projectGroupsText(groups, by, renderOptions(system, { all: true }));
  }
  return recordsText(
    groups.map(({ value, projects, needingAttention, changes, todos, cost30 }) => [
      ...[value, projects, needingAttention, changes, todos],
      toMoney(cost30),
    ]),
  );
}
