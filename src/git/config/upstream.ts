import { lastValue, type GitConfig } from './git-config.ts';

/** Returns the upstream that is configured for a branch (git-config(1), `branch.<name>.merge`). */
export function upstreamRef(
  config: GitConfig,
  headRef: string,
): { readonly ref: string; readonly name: string } | null {
  const branch = headRef.replace(/^refs\/heads\//, '');
  const remote = lastValue(config, `branch.${branch}.remote`);
  // Several values are for merges of several branches; the first one is the upstream.
  const merge = config.get(`branch.${branch}.merge`)?.[0];
  if (remote === null || merge === undefined) return null;
  if (remote === '.') return { ref: merge, name: merge.replace(/^refs\/heads\//, '') };
  for (const refspec of config.get(`remote.${remote}.fetch`) ?? []) {
    const tracking = applyRefspec(refspec.replace(/^\+/, ''), merge);
    if (tracking !== null) return { ref: tracking, name: tracking.replace(/^refs\/remotes\//, '') };
  }
  return null;
}

/** Maps a ref of the remote by a refspec such as `refs/heads/*:refs/remotes/origin/*`. */
function applyRefspec(refspec: string, ref: string): string | null {
  const [from = '', to = ''] = refspec.split(':');
  if (to === '') return null;
  if (!from.includes('*')) return from === ref ? to : null;
  const [before = '', after = ''] = from.split('*');
  if (!ref.startsWith(before) || !ref.endsWith(after)) return null;
  if (ref.length < before.length + after.length) return null;
  return to.replace('*', ref.slice(before.length, ref.length - after.length));
}
