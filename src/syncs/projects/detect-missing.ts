import { opendir } from 'node:fs/promises';
import type { Timestamp } from '../../schema/timestamp.ts';
import type { Project, ProjectRoot } from '../../schema/projects.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { sanitizeLine } from '../../util/text.ts';
import { innermostRoot } from '../../discovery/innermost-root.ts';
import { errnoOf } from '../../util/errors.ts';
import { withFailure } from './project-entry.ts';
import { toStateFailure, type StateFailure } from './read-failure.ts';

/** If this many projects and more than half of a root are gone at once, an unmounted disk is the likely cause. */
const suspiciousCount = 3;

export interface MissingProjects {
  /** The entries that discovery did not find, marked missing or unreadable where that is certain. */
  readonly projects: readonly Project[];
  /** Ids of projects that are gone and are marked missing only if the next run does not find them either. */
  readonly inGracePeriod: ReadonlySet<string>;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Determines the state of entries that discovery did not find:
 *
 * - missing: its root was read completely, and its directory is gone or belongs to another project now;
 * - unreadable: it is in a directory that can't be entered;
 * - unchanged: its root could not be read, no root contains it (the configuration changed), or its directory
 *   still exists (it is excluded, too deep, or no longer a project).
 *
 * Rejects with the reason of `signal`.
 */
export async function detectMissing(options: {
  /** All entries of the previous snapshot. */
  readonly known: readonly Project[];
  /** The discovered projects: id by path. */
  readonly found: ReadonlyMap<string, string>;
  readonly roots: readonly ProjectRoot[];
  /** `inGracePeriod` of the previous run. */
  readonly previousGracePeriod: ReadonlySet<string>;
  readonly missingSince: Timestamp;
  readonly lastSeen: Timestamp;
  readonly signal: AbortSignal;
}): Promise<MissingProjects> {
  const { known, found, roots, missingSince, lastSeen, signal } = options;
  const present = new Set(found.values());
  const absent = known.filter(({ id }) => !present.has(id));
  const changed = new Map<Project, 'gone' | StateFailure>();
  for (const project of absent) {
    signal.throwIfAborted();
    const rootState = innermostRoot(project.path, roots)?.state;
    if (project.state === 'missing' || (rootState !== 'ok' && rootState !== 'incomplete')) continue;
    const presence = found.has(project.path) ? 'gone' : await checkPresence(project.path);
    if (presence === 'present') continue;
    // Discovery reports a directory that can't be entered by making its root incomplete.
    if ((presence === 'gone') === (rootState === 'ok')) changed.set(project, presence);
  }
  const isGone = (project: Project): boolean => changed.get(project) === 'gone';
  const { inGracePeriod, warnings } = applyGracePeriod({ ...options, isGone });
  const projects = absent.map((project): Project => {
    const change = changed.get(project);
    if (change === undefined || inGracePeriod.has(project.id)) return project;
    return change === 'gone'
      ? { ...project, state: 'missing', missingSince, lastSeen }
      : withFailure(project, change);
  });
  return { projects, inGracePeriod, warnings };
}

/** Warns about roots that lost all or most of their projects at once, and delays marking the latter as missing. */
function applyGracePeriod(options: {
  readonly known: readonly Project[];
  readonly roots: readonly ProjectRoot[];
  readonly previousGracePeriod: ReadonlySet<string>;
  readonly isGone: (project: Project) => boolean;
}): Pick<MissingProjects, 'inGracePeriod' | 'warnings'> {
  const { roots, previousGracePeriod, isGone } = options;
  const inGracePeriod = new Set<string>();
  const warnings: Diagnostic[] = [];
  for (const root of roots) {
    const subject = sanitizeLine(root.path);
    const known = options.known.filter(
      (project) => project.state !== 'missing' && innermostRoot(project.path, roots) === root,
    );
    if (root.state === 'empty' && known.length > 0) {
      const message = `none of ${String(known.length)} projects was found; nothing under the root was marked missing`;
      const hint = 'mount the file system again, or remove the root from projects.roots';
      warnings.push(diagnostic('root-empty', { subject, message, hint }));
    }
    const newlyGone = known.filter(
      (project) => isGone(project) && !previousGracePeriod.has(project.id),
    );
    if (newlyGone.length < suspiciousCount || newlyGone.length * 2 <= known.length) continue;
    for (const { id } of newlyGone) inGracePeriod.add(id);
    const message = `${String(newlyGone.length)} of ${String(known.length)} projects disappeared at once; they are marked missing if the next run does not find them either`;
    warnings.push(diagnostic('missing-held-back', { subject, message }));
  }
  return { inGracePeriod, warnings };
}

async function checkPresence(path: string): Promise<'present' | 'gone' | StateFailure> {
  try {
    await (await opendir(path)).close();
    return 'present';
  } catch (error) {
    const errno = errnoOf(error);
    // ENOTDIR: the path or a parent of it is a file now.
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? 'gone' : toStateFailure(error);
  }
}
