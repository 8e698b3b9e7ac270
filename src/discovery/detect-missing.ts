import { opendir } from 'node:fs/promises';
import type { ProjectRoot } from '../schema/projects.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { errnoOf, isMachineProblem, isNotFound } from '../util/errors.ts';
import { sanitizeLine } from '../util/text.ts';
import type { AbsentProjects, KnownProject } from './discovery.ts';
import { innermostRoot, rootStateOf } from './innermost-root.ts';

/** If this many projects and more than half of a root are gone at once, an unmounted disk is the likely cause. */
const suspiciousCount = 3;

/**
 * Determines the state of known projects that discovery did not find:
 *
 * - missing: its root was read completely, and its directory is gone or belongs to another project now;
 * - unreadable: it is in a directory that can't be entered;
 * - not observed: its root could not be read, no root contains it (the configuration changed), or its directory
 *   still exists (it is excluded, too deep, inside of another project, or no longer a project). The last two are
 *   reported once, the first by the warnings about the root.
 *
 * Rejects with the reason of `signal`.
 */
export async function detectMissing(options: {
  readonly known: readonly KnownProject[];
  /** The discovered projects: id by path. */
  readonly found: ReadonlyMap<string, string>;
  readonly roots: readonly ProjectRoot[];
  /** `inGracePeriod` of the previous run. */
  readonly previousGracePeriod: ReadonlySet<string>;
  readonly signal: AbortSignal;
}): Promise<AbsentProjects & { readonly warnings: readonly Diagnostic[] }> {
  const { known, found, roots, signal } = options;
  const present = new Set(found.values());
  const absent = known.filter(({ id }) => !present.has(id));
  const missing = new Set<string>();
  const gone = new Set<string>();
  const unreadable = new Map<string, string>();
  const outside: string[] = [];
  const notSearched: string[] = [];
  for (const { id, path, state } of absent) {
    signal.throwIfAborted();
    if (state === 'missing') {
      missing.add(id);
      continue;
    }
    const isNew = state !== undefined && state !== 'not-observed';
    const rootState = rootStateOf(path, roots);
    if (rootState === null && isNew) outside.push(id);
    if (rootState !== 'ok' && rootState !== 'incomplete') continue;
    const presence = found.has(path) ? 'gone' : await checkPresence(path);
    // Discovery reports a directory that can't be entered by making its root incomplete.
    if (presence === 'gone' && rootState === 'ok') gone.add(id);
    if (presence === 'present' && isNew) notSearched.push(id);
    if (typeof presence === 'object' && rootState === 'incomplete')
      unreadable.set(id, presence.errno);
  }
  const { inGracePeriod, warnings: rootWarnings } = applyGracePeriod({ ...options, gone });
  for (const id of gone) if (!inGracePeriod.has(id)) missing.add(id);
  const warnings = [
    ...rootWarnings,
    ...notObserved(outside, 'no root contains it', 'add its root to projects.roots again'),
    ...notObserved(
      notSearched,
      'its directory exists, but it is excluded, too deep, inside of another project, or no longer a project',
      'see projects.exclude, include, maxDepth and includeNested',
    ),
  ];
  return { missing, inGracePeriod, unreadable, warnings };
}

/** Returns one warning about the projects that this run is the first not to observe, all for the same reason. */
function notObserved(
  [id, ...others]: readonly string[],
  reason: string,
  hint: string,
): readonly Diagnostic[] {
  if (id === undefined) return [];
  const more = others.length === 0 ? '' : `; the same is true for ${others.join(', ')}`;
  const message = `the project is not observed any more: ${reason}${more}`;
  return [diagnostic('project-not-observed', { subject: id, message, hint })];
}

/** Warns about roots that lost all or most of their projects at once, and delays marking the latter as missing. */
function applyGracePeriod(options: {
  readonly known: readonly KnownProject[];
  readonly roots: readonly ProjectRoot[];
  readonly previousGracePeriod: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
}): Pick<AbsentProjects, 'inGracePeriod'> & { readonly warnings: readonly Diagnostic[] } {
  const { roots, previousGracePeriod, gone } = options;
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
    const newlyGone = known.filter(({ id }) => gone.has(id) && !previousGracePeriod.has(id));
    if (newlyGone.length < suspiciousCount || newlyGone.length * 2 <= known.length) continue;
    for (const { id } of newlyGone) inGracePeriod.add(id);
    const message = `${String(newlyGone.length)} of ${String(known.length)} projects disappeared at once; they are marked missing if the next run does not find them either`;
    warnings.push(diagnostic('missing-held-back', { subject, message }));
  }
  return { inGracePeriod, warnings };
}

async function checkPresence(
  path: string,
): Promise<'present' | 'gone' | { readonly errno: string }> {
  try {
    await (await opendir(path)).close();
    return 'present';
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    const errno = errnoOf(error);
    if (errno === null || isMachineProblem(error)) throw error;
    return { errno };
  }
}
