import { RepositoryError, type RepositoryReader } from '../../src/git/repository.ts';
import { runsIn } from '../integration/git/reader-fixture.ts';
import { gitDirEdits } from './git-dir-edits.ts';
import { randomFrom } from './random.ts';
import { editedFiles, edits, initialFiles } from './random-edits.ts';
import { temporaryWorkspace } from './workspace.ts';

export interface Difference {
  readonly log: readonly string[];
  readonly cached: object;
  readonly fresh: object;
}

type Facts = Readonly<Record<string, unknown>>;

interface Read {
  /** What `close` returned. */
  readonly revision: string | null;
  readonly facts: Facts;
}

/** After so many edits a repository is replaced, because most of them stay broken. */
const editsEach = 25;

/**
 * Edits repositories at random and reads each after every edit with the cache of the previous read and without one.
 * Returns the reads that differ, how many started no git process, and for how many the repository had the
 * revision of the previous read, so that its facts could be reused.
 */
export async function compareCachedReads(
  count: number,
  seed: number,
): Promise<{
  readonly differences: readonly Difference[];
  readonly withoutGit: number;
  readonly unchanged: number;
}> {
  const random = randomFrom(seed);
  const differences: Difference[] = [];
  let withoutGit = 0;
  let unchanged = 0;
  // Files that were changed by the previous edit are then not racy, so that everything is cached.
  const later = { now: () => new Date(Date.now() + 3000) };
  for (let done = 0; done < count; done += editsEach) {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/edited', initialFiles);
    const runs = runsIn(workspace);
    const log: string[] = [];
    let before: Read = { revision: null, facts: {} };
    for (let step = 0; step < Math.min(editsEach, count - done); step += 1) {
      const kinds = Object.keys(step % 3 === 0 ? edits : gitDirEdits);
      const kind = kinds[random(kinds.length)] ?? '';
      const file = editedFiles[random(editedFiles.length)] ?? '';
      edits[kind]?.(path, file, step);
      gitDirEdits[kind]?.(path, step);
      log.push(kind);
      // Twice, so that the cache of an unchanged repository is used too.
      for (const read of [readAll(path), readAll(path)]) {
        const { revision, facts } = before;
        const { result: isUnchanged } = await runs.run(
          async (reader) => revision !== null && (await reader.hasRevision(path, revision)),
          later,
        );
        if (isUnchanged) unchanged += 1;
        const cached = await runs.run(read, later);
        const fresh = await runsIn(workspace).run(read, later);
        if (cached.started.length === 0) withoutGit += 1;
        before = cached.result;
        const expected = fresh.result.facts;
        const known = isUnchanged ? { ...expected, ...knownOf(facts) } : expected;
        for (const other of [cached.result.facts, known]) {
          if (JSON.stringify(other) === JSON.stringify(expected)) continue;
          differences.push({ log: [...log, revision ?? ''], cached: other, fresh: expected });
        }
      }
    }
  }
  return { differences, withoutGit, unchanged };
}

/** The facts that a caller of `hasRevision` may reuse. */
const knownOf = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts).filter(([, fact]) => fact !== null && typeof fact !== 'string'),
  );

const readAll =
  (path: string) =>
  async (reader: RepositoryReader): Promise<Read> => {
    const attempt = async <Fact>(read: () => Promise<Fact>): Promise<Fact | string> => {
      try {
        return await read();
      } catch (error) {
        if (error instanceof RepositoryError) return `${error.code}: ${error.message}`;
        throw error;
      }
    };
    await reader.prefetchCommits([path]);
    const opened = await attempt(() => reader.open(path));
    if (typeof opened === 'string') return { revision: null, facts: { opened } };
    const { head, upstream, remote, remotes, stash, shallow, worktreeOf, gitDir, format } = opened;
    const facts = {
      ...{ head, upstream, remote, remotes, stash, shallow, worktreeOf, gitDir, format },
      status: await attempt(() => reader.status(opened)),
      files: await attempt(() => reader.files(opened)),
      sizes: await attempt(() => reader.sizes(opened)),
      commit: await attempt(() => reader.lastCommit(opened)),
      count: await attempt(() => reader.commitCount(opened)),
      unpushed: await attempt(() => reader.unpushed(opened)),
    };
    return { revision: await reader.close(opened), facts };
  };
