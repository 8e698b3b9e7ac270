import { timestampAt } from '../../util/dates.ts';
import { shortHash } from '../../util/hash.ts';
import { openRefs } from '../gitdir/refs.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError, type Unpushed } from '../repository.ts';

/** More commits than this are not listed: their number is still known from `ahead`, their age is not. */
const maxListed = 1000;

/** Returns the commits that are safe outside of HEAD's branch; null if there are too many refs to know. */
export function safeCommits(repository: OpenRepository): readonly string[] | null {
  const { head, upstream } = repository;
  if (upstream?.oid) return [upstream.oid];
  const refs = openRefs(repository);
  const kinds = head.detached === true ? ['remotes', 'heads', 'tags'] : ['remotes'];
  const safe = new Set<string>();
  for (const kind of kinds) {
    const objects = refs.list(`refs/${kind}/`);
    if (objects === null) return null;
    for (const oid of objects.values()) safe.add(oid);
  }
  return [...safe].sort();
}

export const hashOf = (oids: readonly string[]): string => shortHash(oids.join(' '));

/** Lists the commits of HEAD without those that are safe, and the date of the oldest. Null if git can't or too many. */
export async function listUnpushed(
  oid: string,
  safe: readonly string[],
  git: (...args: string[]) => Promise<Buffer>,
): Promise<Unpushed | null> {
  if (safe.includes(oid)) return { commits: 0, oldestAt: null };
  const limit = String(maxListed + 1);
  try {
    const excluded = safe.map((one) => `^${one}`);
    const output = await git('rev-list', '--timestamp', `--max-count=${limit}`, oid, ...excluded);
    const seconds = output
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Number(line.split(' ')[0]));
    if (seconds.length > maxListed) return null;
    const oldest = seconds.reduce((one, other) => Math.min(one, other), Infinity);
    return {
      commits: seconds.length,
      oldestAt: oldest > 0 ? timestampAt(oldest * 1000) : null,
    };
  } catch (error) {
    // A ref may name an object that does not exist. Other facts are not affected.
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
