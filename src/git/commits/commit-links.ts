import { openCommitReader, type CommitReader } from '../objects/object-reader.ts';
import type { OpenRepository } from '../open-repository.ts';
import { committerSeconds, parentsOf } from './parse-commit.ts';

/** The time and the parents of a commit. */
export interface CommitLinks {
  /** The committer date in seconds since 1970. */
  readonly seconds: number;
  readonly parents: readonly string[];
}

/** Reads commits of one repository; null if only git can. */
export interface LinkReader extends Disposable {
  readonly read: (oid: string) => CommitLinks | null;
}

/** About 10 MB. */
const maxRetained = 30_000;

/** Commits of all repositories. What is read is authentic (see `CommitReader`), so it is read once for all clones. */
export class CommitLinksCache {
  private readonly known = new Map<string, CommitLinks>();

  /** Opens the commits of a repository. */
  open(repository: OpenRepository): LinkReader {
    let reader: CommitReader | null = null;
    const read = (oid: string): CommitLinks | null => {
      reader ??= openCommitReader(repository);
      const commit = reader.read(oid);
      return commit && this.add(oid, commit);
    };
    return {
      read: (oid) => this.known.get(oid) ?? read(oid),
      [Symbol.dispose]: () => reader?.[Symbol.dispose](),
    };
  }

  /** Adds a commit that a `CommitReader` returned; null without a valid time. */
  add(oid: string, commit: Buffer): CommitLinks | null {
    const seconds = committerSeconds(commit);
    if (seconds === null) return null;
    const links = { seconds, parents: parentsOf(commit) };
    if (this.known.size < maxRetained) this.known.set(oid, links);
    return links;
  }
}
