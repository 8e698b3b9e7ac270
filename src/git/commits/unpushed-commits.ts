import { timestampAt } from '../../util/dates.ts';
import { shortHash } from '../../util/hash.ts';
import { openRefs } from '../gitdir/refs.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError, type Unpushed } from '../repository.ts';
import { readDifference } from './commit-difference.ts';
import type { LinkReader } from './commit-links.ts';

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
  context: {
    readonly links: LinkReader;
    readonly git: (...args: string[]) => Promise<Buffer>;
  },
): Promise<Unpushed | null> {
  if (safe.includes(oid)) return { commits: 0, oldestAt: null };
  const difference = readDifference(
    context.links,
    { left: [oid], right: safe },
    { leftOnly: true },
  );
  if (difference !== null) return toUnpushed(difference.left.map(({ seconds }) => seconds));
  const limit = String(maxListed + 1);
  try {
    const excluded = safe.map((one) => `^${one}`);
    const options = ['--timestamp', `--max-count=${limit}`];
    const output = await context.git('rev-list', ...options, oid, ...excluded);
    const lines = output.toString('latin1').split('\n').filter(Boolean);
    if (lines.length > maxListed) return null;
    return toUnpushed(lines.map((line) => Number(line.split(' ')[0])));
  } catch (error) {
    // A ref may name an object that does not exist. Other facts are not affected.
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}

function toUnpushed(times: readonly number[]): Unpushed {
  const oldest = times.reduce((one, other) => Math.min(one, other), Infinity);
  const oldestAt = times.length > 0 && oldest > 0 ? timestampAt(oldest * 1000) : null;
  return { commits: times.length, oldestAt };
}
