import { isDeepStrictEqual } from 'node:util';
import { readConfig } from '../config/config.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import type { ProjectRow, StoredData } from '../analytics/overview.ts';
import { readStoredData } from '../analytics/read-stored-data.ts';
import { updateAnalytics } from '../analytics/update-analytics.ts';
import { withLock } from '../lock/index.ts';
import type { Snapshot } from '../schema/syncs.ts';
import { userFieldsOf } from '../schema/user-fields.ts';
import type { SnapshotEdit } from '../store/edit-snapshots.ts';
import { openStore } from '../store/store.ts';
import { summarizeProjects } from '../syncs/projects/summarize-projects.ts';
import { diagnosticText } from '../output/diagnostic-text.ts';
import { createStyle } from '../output/style.ts';
import type { System } from '../system/system.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import { exists } from '../util/fs.ts';
import { sanitizeLine } from '../util/text.ts';
import type { GlobalFlags } from './command.ts';
import { findProject } from './find-project.ts';
import { parseAssignments } from './parse-assignments.ts';
import { printResult } from './print-result.ts';

/** How long to wait for a run to finish. */
const waitMs = 10_000;

/** `sync-runner projects set ID field=value…`: writes fields of the user into the registry. */
export async function setFields(
  flags: GlobalFlags,
  system: System,
  [wanted, ...words]: readonly string[],
): Promise<number> {
  const usage = 'sync-runner projects set PROJECT client=ACME tags=web,api';
  if (wanted === undefined || words.length === 0) {
    throw new UserError('usage', 'a project and at least one field are required', { hint: usage });
  }
  const values = parseAssignments(words);
  const workspace = await findWorkspace(flags.workspace, system);
  const id = await editRegistry(workspace, system, async (stored) => {
    const row = await findProject(stored, wanted, { command: 'projects set', system });
    const edit = inProject(row.id, (project) => ({ ...project, ...values }));
    return { id: row.id, edits: [{ name: 'projects', edit }] };
  });
  const { projects } = await readStoredData(workspace);
  const project = projects?.projects.find((one) => one.id === id);
  const isStored = isDeepStrictEqual({ ...project, ...values }, project);
  if (project === undefined || !isStored) {
    const message = `${id} was edited by another program at the same time`;
    throw new UserError('io', message, { hint: 'run the command again' });
  }
  const names = Object.keys(values).join(', ');
  const text = `Set ${names} of ${id}\n`;
  printResult(flags, system, { project: { id, ...userFieldsOf(project) } }, text);
  return exitCodes.done;
}

/** `sync-runner projects forget ID`: removes a project that no longer exists. Its history stays. */
export async function forgetProject(
  flags: GlobalFlags,
  system: System,
  [wanted, ...others]: readonly string[],
): Promise<number> {
  if (wanted === undefined || others.length > 0) {
    throw new UserError('usage', 'exactly one project is required', {
      hint: 'sync-runner projects --missing',
    });
  }
  const workspace = await findWorkspace(flags.workspace, system);
  const id = await editRegistry(workspace, system, async (stored) => {
    const row = await findProject(stored, wanted, { command: 'projects forget', system });
    await assertGone(row, stored);
    const remove = (document: object): object => {
      const { projects } = document as { projects: { id: unknown }[] };
      return { ...document, projects: projects.filter((one) => one.id !== row.id) };
    };
    const removeAndCount = (document: object): object => {
      const rest = remove(document) as Snapshot<'projects'>;
      return { ...rest, summary: { ...rest.summary, ...summarizeProjects(rest.projects) } };
    };
    return {
      id: row.id,
      edits: [
        { name: 'projects', edit: removeAndCount },
        // It also has the ids of projects, in case the registry is lost.
        { name: 'quality', edit: remove },
      ],
    };
  });
  printResult(
    flags,
    system,
    { forgotten: id },
    `Forgot ${sanitizeLine(id)}; its history was kept\n`,
  );
  return exitCodes.done;
}

/** Returns an edit of one entry of `projects`. */
const inProject =
  (id: string, edit: (project: object) => object): SnapshotEdit['edit'] =>
  (document) => {
    const { projects } = document as { projects: { id: unknown }[] };
    return { ...document, projects: projects.map((one) => (one.id === id ? edit(one) : one)) };
  };

/** Throws `UserError` with code `usage` if the project exists, or may exist. */
async function assertGone({ id, path, state }: ProjectRow, stored: StoredData): Promise<void> {
  const { projects = [], roots = [] } = stored.projects ?? {};
  const isTaken = projects.some(
    (one) => one.id !== id && one.path === path && one.state !== 'missing',
  );
  const subject = `${sanitizeLine(id)} can't be forgotten`;
  if (state !== 'missing' && state !== 'not-observed') {
    throw new UserError('usage', `${subject}: the last run found it`, {
      hint: 'exclude it with projects.exclude in sync.json, or remove its directory and run again',
    });
  }
  if (!isTaken && (await exists(path))) {
    throw new UserError('usage', `${subject}: ${sanitizeLine(path)} exists`, {
      hint: 'remove the directory first',
    });
  }
  const root = roots.find((one) => path === one.path || path.startsWith(`${one.path}/`));
  if (state === 'not-observed' && root !== undefined && root.state !== 'ok') {
    const message = `${subject}: its root ${sanitizeLine(root.path)} is ${root.state}, so it may exist`;
    throw new UserError('usage', message, {
      hint: 'mount the file system, or remove the root from projects.roots and run again',
    });
  }
}

interface RegistryEdit {
  readonly id: string;
  readonly edits: readonly SnapshotEdit[];
}

/** Edits the registry under the lock and derives the analytics again. Returns the id of the edited project. */
async function editRegistry(
  workspace: Workspace,
  system: System,
  plan: (stored: StoredData) => RegistryEdit | Promise<RegistryEdit>,
): Promise<string> {
  const config = await readConfig(workspace);
  // Without a registry there is nothing to lock, and no data directory to create.
  await plan(await readStoredData(workspace));
  const { stderr } = system;
  const result = await withLock(
    {
      workspace,
      staleMs: config.lock.staleMinutes * 60_000,
      waitMs,
      system,
      onEvent: (event) => {
        if (event.type !== 'warning') return;
        stderr.write(`${diagnosticText(event.warning, createStyle(stderr.color))}\n`);
      },
    },
    async ({ stage, lost }) => {
      const store = openStore(workspace);
      const { id, edits } = await plan(await readStoredData(workspace));
      await store.editSnapshots(stage, edits);
      await updateAnalytics(stage, { workspace, store, config, now: system.now(), signal: lost });
      return id;
    },
  );
  if (result.held) return result.value;
  throw new UserError('locked', 'a run is in progress; nothing was changed', {
    hint: 'run the command again when it has finished, see `sync-runner status`',
  });
}
