import type { ProjectQuality } from '../../schema/quality.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { SyncContext } from '../sync.ts';
import type { ProjectCache } from './quality-cache.ts';
import { collectCoverage } from './coverage/collect-coverage.ts';
import { toCoverage } from './coverage/coverage-outcome.ts';
import { judgeDebt } from './tech-debt.ts';
import { collectLighthouse } from './lighthouse/collect-lighthouse.ts';
import { toLighthouse } from './lighthouse/lighthouse-outcome.ts';
import { packageFolders } from './project/package-dirs.ts';
import { walkPackage } from './project/walk-package.ts';
import { createProblems, type Problem } from './project/file-warnings.ts';
import type { PathFilter, ProjectView } from './project/project-view.ts';
import { lastModification, modificationTimes, type ScanTable } from './todo/scan-table.ts';
import { listSources } from './todo/list-sources.ts';
import type { TodoScanner } from './todo/todo-scanner.ts';
import { summarizeTodos } from './todo/summarize-todos.ts';
import { lstatOrNull } from '../../git/worktree/stat-rows.ts';
import { parentDir } from '../../git/paths.ts';
import { createTree } from './project/dir-tree.ts';

/** What one project came to. */
export interface CollectedProject {
  readonly entry: ProjectQuality;
  readonly cache: ProjectCache;
  /** Whether the cache differs from the one that was handed in. */
  readonly changed: boolean;
  readonly problems: readonly Problem[];
}

/** What is the same for all projects of a run. */
export interface Tools {
  readonly context: SyncContext<'quality'>;
  readonly scan: TodoScanner;
  readonly isExcluded: PathFilter;
}

// A file written within this time of the start may be written again in the same tick of its clock.
const racyMs = 2000;

/** Looks at one project. Throws `RepositoryError` when its files can't be listed. */
export async function collectProject(
  { context, scan, isExcluded }: Tools,
  project: FoundProject,
  last: ProjectCache | null,
): Promise<CollectedProject> {
  const { options, signal, startedAt } = context;
  const root = project.path;
  const problems = createProblems();
  const tree = createTree(root, problems);
  const { head, files } = await listFiles(context, project, async () =>
    walkPackage(tree, problems, signal),
  );
  const view: ProjectView = {
    ...{ root, files, packages: packageFolders(files.keys()), tree, isExcluded, problems, signal },
    racyAfterMs: startedAt.getTime() - racyMs,
  };
  const sources = await listSources(view, options.todo.extensions);
  const { table, changed } = await scan(view, sources.paths, last?.scan ?? null);
  const coverageResult = await collectCoverage(
    view,
    options.coverage.paths,
    last?.coverage ?? null,
  );
  const lighthouseResult = await collectLighthouse(
    view,
    options.lighthouse.score,
    last?.lighthouse ?? null,
  );
  const todos = summarizeTodos(table, options.todo.tags, sources.generated);
  const coverage = toCoverage(coverageResult.outcome, createClock(view, table));
  const lighthouse = toLighthouse(lighthouseResult.outcome, lastModification(table));
  const lighthouseScore = lighthouseResult.outcome.score;
  const kept = { coverage: keep(coverageResult), lighthouse: keep(lighthouseResult) };
  return {
    entry: {
      ...{ id: project.id, path: root, head, coverage, lighthouse, todos },
      ...judgeDebt({ coverage, lighthouse, lighthouseScore, todos }),
    },
    cache: { scan: table, ...kept },
    changed:
      changed ||
      kept.coverage?.key !== last?.coverage?.key ||
      kept.lighthouse?.key !== last?.lighthouse?.key,
    problems: [
      ...problems.list,
      ...coverageResult.outcome.problems,
      ...lighthouseResult.outcome.problems,
    ],
  };
}

async function listFiles(
  { repositories }: SyncContext<'quality'>,
  project: FoundProject,
  walk: () => Promise<readonly string[]>,
): Promise<{ readonly head: string | null; readonly files: ReadonlyMap<string, boolean> }> {
  if (project.kind === 'package') {
    return { head: null, files: new Map((await walk()).map((path) => [path, false])) };
  }
  const repository = await repositories.open(project.path);
  const files = await repositories.files(repository);
  return {
    head: repository.head.oid,
    files: new Map(files.map(({ path, tracked }) => [path, tracked])),
  };
}

/** Tells when a file of the project was written; what the scan has looked at is not looked at again. */
function createClock(
  { root, tree }: ProjectView,
  table: ScanTable,
): (path: string) => number | null {
  let known: ReadonlyMap<string, number> | null = null;
  return (path) => {
    known ??= new Map(modificationTimes(table));
    const time = known.get(path);
    if (time !== undefined) return time;
    return tree.isReal(parentDir(path)) ? (lstatOrNull(`${root}/${path}`)?.mtimeMs ?? null) : null;
  };
}

/** A result without a key is not kept. */
function keep<Outcome>({
  key,
  outcome,
}: {
  readonly key: string | null;
  readonly outcome: Outcome;
}): { readonly key: string; readonly outcome: Outcome } | null {
  return key === null ? null : { key, outcome };
}
