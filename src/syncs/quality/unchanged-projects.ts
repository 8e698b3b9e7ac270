import { createHash } from 'node:crypto';
import type { FoundProject } from '../../discovery/discovery.ts';
import { areUnchanged } from '../../git/gitdir/tracked-reads.ts';
import { RepositoryError, type Repository, type RepositoryFile } from '../../git/repository.ts';
import { equalsRow } from '../../git/stat-rows.ts';
import { lstatState } from '../../util/fs-sync.ts';
import { createYield, mapConcurrently, type YieldToEventLoop } from '../../util/async.ts';
import type { PrepareContext } from '../sync.ts';
import { dayOfRun } from './hotspots.ts';
import type { ProjectCache, QualityCache, UnchangedProject } from './quality-cache.ts';

/** What the result of a project depends on, besides the content of files and directories, and the day. */
export interface ProjectState {
  readonly repository: Repository | null;
  /** With their hash; null for a package outside git, whose directories have to be listed. */
  readonly files: ProjectFiles | null;
  readonly key: string;
}

interface ProjectFiles {
  readonly list: readonly RepositoryFile[];
  readonly filesKey: string;
}

/** Returns a list of files, of which the tracked ones come first, with its hash. */
export function withFilesKey(list: readonly RepositoryFile[]): ProjectFiles {
  const untracked = String(list.findIndex(({ tracked }) => !tracked));
  const text = `${untracked}\0${list.map(({ path }) => path).join('\0')}`;
  return { list, filesKey: createHash('sha1').update(text).digest('base64') };
}

type Context = Pick<
  PrepareContext<'quality'>,
  'options' | 'repositories' | 'startedAt' | 'signal' | 'discover'
>;

/** Reads the state of a project. Throws `RepositoryError`. */
export async function readProjectState(
  context: Context,
  { kind, path }: FoundProject,
): Promise<ProjectState> {
  const { options, repositories } = context;
  const keyOf = (...values: unknown[]): string => JSON.stringify([options, ...values]);
  if (kind === 'package') return { repository: null, files: null, key: keyOf() };
  const repository = await repositories.open(path);
  const { head, shallow } = repository;
  const files = withFilesKey(await repositories.files(repository));
  return { repository, files, key: keyOf(head.oid, shallow, files.filesKey) };
}

/** How many projects are verified at a time: git may have to list the files of one. */
const concurrency = 4;

/** Returns the cached projects, by path, of which nothing that they were read from has changed. */
export async function findUnchanged(
  context: Context,
  last: QualityCache,
): Promise<ReadonlyMap<string, UnchangedProject>> {
  const { signal } = context;
  const yieldToEventLoop = createYield(signal);
  const { projects } = await context.discover();
  const unchanged = new Map<string, UnchangedProject>();
  await mapConcurrently(projects, { limit: concurrency, signal }, async (project) => {
    const { path } = project;
    const cached = last.get(path);
    if (!cached || !hasResult(cached)) return;
    try {
      const { key } = await readProjectState(context, project);
      if (key !== cached.result.key) return;
      if (await hasSameFiles(path, cached, yieldToEventLoop)) unchanged.set(path, cached);
    } catch (error) {
      // Collecting it reports the error.
      if (!(error instanceof RepositoryError)) throw error;
    }
  });
  return unchanged;
}

const hasResult = (cache: ProjectCache): cache is UnchangedProject =>
  cache.result !== null && cache.coverage !== null;

async function hasSameFiles(
  root: string,
  { result, scan }: UnchangedProject,
  yieldToEventLoop: YieldToEventLoop,
): Promise<boolean> {
  if (!areUnchanged(result.reads)) return false;
  for (const [row, path] of scan.paths.entries()) {
    if (row % 64 === 0) await yieldToEventLoop();
    if (!equalsRow(scan.stats, row, lstatState(`${root}/${path}`))) return false;
  }
  return true;
}

/**
 * Returns the key of the inputs of the sync. `keyOf` returns that of a project, null if it can't be used again: then the
 * result is null, too.
 */
export async function inputsKey(
  context: Context,
  keyOf: (path: string) => string | null,
): Promise<string | null> {
  const { projects, missing, unreadable } = await context.discover();
  const keys = projects.map(({ path }) => keyOf(path));
  if (keys.includes(null)) return null;
  const found = projects.map(({ id, path }, at) => [id, path, keys[at]]);
  const absent = [[...missing].sort(), [...unreadable.keys()].sort()];
  return createHash('sha256')
    .update(JSON.stringify([dayOfRun(context), found, absent]))
    .digest('base64');
}
