import type { FoundProject } from '../../discovery/discovery.ts';
import { parentDir } from '../../git/paths.ts';
import { statPaths } from '../../git/gitdir/tracked-reads.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import type { SyncContext } from '../sync.ts';
import { collectCoverage } from './coverage/collect-coverage.ts';
import { toCoverage } from './coverage/coverage-outcome.ts';
import { collectLighthouse } from './lighthouse/collect-lighthouse.ts';
import { toLighthouse } from './lighthouse/lighthouse-outcome.ts';
import { findHotspots, type ReadChanges } from './hotspots.ts';
import { createDirTree } from './project-files/dir-tree.ts';
import { createFileWarnings, type FileWarning } from './project-files/file-warnings.ts';
import { listPackageDirs } from './project-files/package-dirs.ts';
import type { PathFilter, ProjectView } from './project-files/project-view.ts';
import { walkPackage } from './project-files/walk-package.ts';
import type { CachedResult, ProjectCache, UnchangedProject } from './quality-cache.ts';
import { assessDebt } from './tech-debt.ts';
import { listSources } from './todo/list-sources.ts';
import { lastModification, modificationTimes, type ScanTable } from './todo/scan-table.ts';
import { summarizeTodos } from './todo/summarize-todos.ts';
import type { TodoScanner } from './todo/todo-scanner.ts';
import { readProjectState, withFilesKey } from './unchanged-projects.ts';

export interface CollectedProject {
  readonly entry: ProjectQuality;
  readonly cache: ProjectCache;
  /** Whether `cache` differs from the previous one. */
  readonly changed: boolean;
  readonly warnings: readonly FileWarning[];
  /** Whether it stays the same on this day, as long as `cache.result` is valid. */
  readonly isFinal: boolean;
}

/** Shared by all projects of a run. */
export interface ProjectTools {
  readonly context: SyncContext<'quality'>;
  readonly scan: TodoScanner;
  readonly isExcluded: PathFilter;
  readonly readChanges: ReadChanges;
}

/** Collects one project. Throws `RepositoryError` if its files cannot be listed. */
export async function collectProject(
  { context, scan, isExcluded, readChanges }: ProjectTools,
  project: FoundProject,
  last: ProjectCache | null,
): Promise<CollectedProject> {
  const { options, signal, startedAt } = context;
  const root = project.path;
  const warnings = createFileWarnings();
  const tree = createDirTree(root, warnings);
  const { repository, files: listed, key } = await readProjectState(context, project);
  const { list, filesKey } = listed ?? withFilesKey(await walkPackage(tree, warnings, signal));
  const files = new Map(list.map(({ path, tracked }) => [path, tracked]));
  const packages = listPackageDirs(files.keys());
  const startedMs = startedAt.getTime();
  const view = { root, files, filesKey, packages, tree, isExcluded, startedMs, warnings, signal };
  const sources = await listSources(
    view,
    { extensions: options.todo.extensions, exclude: options.exclude },
    last?.kinds ?? null,
  );
  const { table, changed } = await scan(view, sources.paths, last?.scan ?? null);
  const coverageResult = await collectCoverage(
    view,
    options.coverage.paths,
    last?.coverage ?? null,
  );
  const lighthouseResult = await collectLighthouse(
    view,
    options.lighthouse,
    last?.lighthouse ?? null,
  );
  const todos = summarizeTodos(table, options.todo.tags, sources);
  const coverage = toCoverage(coverageResult.outcome, createMtimeLookup(view, table));
  const lighthouse = toLighthouse(lighthouseResult.outcome, lastModification(table));
  const lighthouseScore = lighthouseResult.outcome.score;
  const hotspots = await findHotspots(
    { table, uncovered: coverageResult.outcome.uncovered },
    () => readChanges(repository, last?.changes ?? null),
    last?.changes ?? null,
  );
  const changes = hotspots.cache;
  const cache = {
    changes,
    kinds: sources.cache,
    scan: table,
    coverage: withKey(coverageResult),
    lighthouse: withKey(lighthouseResult),
  };
  const entry: ProjectQuality = {
    id: project.id,
    path: root,
    missing: false,
    notObservedSince: null,
    lastSeen: null,
    head: repository?.head.oid ?? null,
    coverage,
    lighthouse,
    todos,
    hotspots: hotspots.hotspots,
    ...assessDebt({ coverage, lighthouse, lighthouseScore, todos }),
  };
  const allWarnings = [
    ...warnings.list,
    ...coverageResult.outcome.warnings,
    ...lighthouseResult.outcome.warnings,
  ];
  const isLasting = !warnings.isTransient() && cache.coverage !== null && cache.lighthouse !== null;
  const reads = isLasting ? statPaths(tree.reads, startedMs) : null;
  const result: CachedResult | null = reads && { key, reads, entry, warnings: allWarnings };
  return {
    entry,
    cache: { ...cache, result },
    changed:
      changed ||
      changes !== (last?.changes ?? null) ||
      sources.cache !== last?.kinds ||
      cache.coverage?.key !== last.coverage?.key ||
      cache.lighthouse?.key !== last.lighthouse?.key ||
      // If there was none before, or the project has changed.
      result !== null,
    warnings: allWarnings,
    isFinal: hotspots.isFinal,
  };
}

/** Returns the result of an unchanged project. */
export async function reuseProject(
  { context, readChanges }: ProjectTools,
  { id, path, kind }: FoundProject,
  last: UnchangedProject,
): Promise<CollectedProject> {
  const { scan: table, coverage, changes, result } = last;
  const repository = kind === 'git' ? await context.repositories.open(path) : null;
  const { hotspots, cache, isFinal } = await findHotspots(
    { table, uncovered: coverage.outcome.uncovered },
    () => readChanges(repository, changes),
    changes,
  );
  return {
    entry: { ...result.entry, id, hotspots },
    cache: { ...last, changes: cache },
    changed: cache !== changes,
    warnings: result.warnings,
    isFinal,
  };
}

/** Returns a lookup of mtimes (null for a missing file), which uses the stats of the scan where it has them. */
function createMtimeLookup(
  { tree, warnings }: ProjectView,
  table: ScanTable,
): (path: string) => number | null {
  let scanned: ReadonlyMap<string, number> | null = null;
  return (path) => {
    scanned ??= new Map(modificationTimes(table));
    const time = scanned.get(path);
    if (time !== undefined) return time;
    const isInRealDir = tree.isRealDir(parentDir(path));
    tree.addRead(path);
    if (!isInRealDir) return null;
    return warnings.guardSync(path, () => tree.stat(path))?.mtimeMs ?? null;
  };
}

/** Returns a result for the cache; null if it has no key. */
const withKey = <Outcome>({
  key,
  outcome,
}: {
  readonly key: string | null;
  readonly outcome: Outcome;
}): { readonly key: string; readonly outcome: Outcome } | null =>
  key === null ? null : { key, outcome };
