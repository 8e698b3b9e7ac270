import { opendir } from 'node:fs/promises';
import type { Timestamp } from '../../schema/timestamp.ts';
import type { Project, ProjectRoot } from '../../schema/projects.ts';
import type { Warning } from '../../schema/status.ts';
import { sanitizeLine } from '../../util/text.ts';
import { innermostRoot } from '../../discovery/innermost-root.ts';
import { errnoOf } from '../../util/errors.ts';
import { withProblem } from './project-entry.ts';
import { problemOf, type StateProblem } from './project-problem.ts';

/** More than half of a root, and at least this many, gone at once is more likely a disk than a person. */
const suspiciousCount = 3;

export interface Absent {
  /** The entries that no walk found, marked where it is certain what became of them. */
  readonly projects: readonly Project[];
  /** Ids that are gone but held back: the next run that finds them gone calls them missing. */
  readonly heldBack: ReadonlySet<string>;
  readonly warnings: readonly Warning[];
}

/**
 * Decides about the entries that this run did not find. Missing is what lay under a root that was read
 * whole and whose own folder is gone, or another project's now; unreadable is what lies in a folder that can't be entered. All else
 * stays exactly as it was: what lies under a root that could not be read, under no root any more (the
 * configuration changed), or still exists (excluded, too deep, or no project any more).
 * Rejects with the reason of `signal`.
 */
export async function judgeAbsent(options: {
  /** All entries of the last snapshot. */
  readonly known: readonly Project[];
  /** What this run found, as id by path. */
  readonly found: ReadonlyMap<string, string>;
  readonly roots: readonly ProjectRoot[];
  readonly heldBefore: ReadonlySet<string>;
  readonly missingSince: Timestamp;
  readonly lastSeen: Timestamp;
  readonly signal: AbortSignal;
}): Promise<Absent> {
  const { known, found, roots, missingSince, lastSeen, signal } = options;
  const present = new Set(found.values());
  const absent = known.filter(({ id }) => !present.has(id));
  const fates = new Map<Project, Fate>();
  for (const project of absent) {
    signal.throwIfAborted();
    const state = innermostRoot(project.path, roots)?.state;
    if (project.state === 'missing' || (state !== 'ok' && state !== 'incomplete')) continue;
    // Another project in its place is as good as none.
    const fate = found.has(project.path) ? 'gone' : await fateOf(project.path);
    // A root that was read whole had no folder that could not be read: this one was left out on purpose.
    if (state === 'ok' ? fate === 'gone' : typeof fate === 'object') fates.set(project, fate);
  }
  const isGone = (project: Project): boolean => fates.get(project) === 'gone';
  const { heldBack, warnings } = doubtRoots({ ...options, isGone });
  const projects = absent.map((project): Project => {
    const fate = fates.get(project);
    if (typeof fate === 'object') return withProblem(project, fate);
    if (fate !== 'gone' || heldBack.has(project.id)) return project;
    return { ...project, state: 'missing', missingSince, lastSeen };
  });
  return { projects, heldBack, warnings };
}

/** Warns of roots that lost all or most of their projects at once, and holds the latter back for a run. */
function doubtRoots(options: {
  readonly known: readonly Project[];
  readonly roots: readonly ProjectRoot[];
  readonly heldBefore: ReadonlySet<string>;
  readonly isGone: (project: Project) => boolean;
}): Pick<Absent, 'heldBack' | 'warnings'> {
  const heldBack = new Set<string>();
  const warnings: Warning[] = [];
  for (const root of options.roots) {
    const subject = sanitizeLine(root.path);
    const known = options.known.filter(
      (project) =>
        project.state !== 'missing' && innermostRoot(project.path, options.roots) === root,
    );
    if (root.state === 'empty' && known.length > 0) {
      const message = `none of ${String(known.length)} projects is left; nothing under the root was marked missing`;
      warnings.push({ code: 'root-empty', subject, message });
    }
    const sudden = known.filter(
      (project) => options.isGone(project) && !options.heldBefore.has(project.id),
    );
    if (sudden.length < suspiciousCount || sudden.length * 2 <= known.length) continue;
    for (const { id } of sudden) heldBack.add(id);
    const message = `${String(sudden.length)} of ${String(known.length)} projects are gone at once; the next run that does not find them marks them missing`;
    warnings.push({ code: 'missing-held-back', subject, message });
  }
  return { heldBack, warnings };
}

type Fate = 'there' | 'gone' | StateProblem;

/** Whether a folder is there or gone, or what keeps us from knowing. */
async function fateOf(path: string): Promise<Fate> {
  try {
    const folder = await opendir(path);
    await folder.close();
    return 'there';
  } catch (error) {
    const errno = errnoOf(error);
    // ENOTDIR: a file has its place, or that of a folder above it.
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? 'gone' : problemOf(error);
  }
}
