import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastValue } from '../config/git-config.ts';
import type { OpenRepository } from '../open-repository.ts';
import { toRepositoryError, readGitDirFile } from '../gitdir/read-gitdir-file.ts';
import { safeConfigKeys, type UserConfig } from '../config/user-config.ts';

const maxIndexBytes = 128 * 1024 * 1024;

/**
 * The files of a git folder (gitrepository-layout(5)) that holds nothing of the repository's but its HEAD,
 * the refs that matter, harmless settings, and the lists of what it ignores, leaves out and cuts off.
 * Throws `RepositoryError`.
 */
export function sandboxFiles(
  repository: OpenRepository,
  settings: UserConfig,
): ReadonlyMap<string, Buffer> {
  const files = new Map(smallFiles(repository, settings));
  // A copy: git would freshen the date of the file itself, and wait for one that is a FIFO.
  for (const name of sharedIndexes(repository.gitDir)) {
    const bytes = readGitDirFile(join(repository.gitDir, name), maxIndexBytes);
    if (bytes !== null) files.set(name, bytes);
  }
  return files;
}

/** All of them but what completes a split index: git's answers depend on nothing else in the git folder. */
export function smallFiles(
  repository: OpenRepository,
  settings: UserConfig,
): ReadonlyMap<string, Buffer> {
  const {
    head,
    headRef,
    upstream,
    upstreamRef,
    gitDir: gitFolder,
    commonDir: commonFolder,
  } = repository;
  const files = new Map<string, Buffer>();
  const write = (name: string, text: string): void => void files.set(name, Buffer.from(text));
  const copy = (from: string, name: string): void => {
    const bytes = readGitDirFile(join(from, name));
    if (bytes !== null) files.set(name, bytes);
  };
  const refs = new Map<string, string>();
  if (headRef !== null && head.oid !== null) refs.set(headRef, head.oid);
  if (upstreamRef !== null && upstream?.oid) refs.set(upstreamRef, upstream.oid);
  write('HEAD', headRef === null ? `${head.oid ?? ''}\n` : `ref: ${headRef}\n`);
  write('packed-refs', [...refs].map(([name, oid]) => `${oid} ${name}\n`).join(''));
  write('config', syntheticConfig(repository, settings));
  copy(commonFolder, 'shallow');
  copy(commonFolder, 'info/attributes');
  copy(commonFolder, 'info/exclude');
  copy(gitFolder, 'info/sparse-checkout');
  return files;
}

/** The files that complete a split index. */
export function sharedIndexes(gitFolder: string): readonly string[] {
  try {
    return readdirSync(gitFolder).filter((name) => /^sharedindex\.[0-9a-f]+$/.test(name));
  } catch (error) {
    throw toRepositoryError(error, gitFolder);
  }
}

function syntheticConfig(repository: OpenRepository, settings: UserConfig): string {
  const { config, format, headRef, upstreamRef } = repository;
  const own: [name: string, value: string][] = [];
  for (const name of safeConfigKeys) {
    const value = lastValue(config, name);
    if (value !== null && /^\w*$/.test(value)) own.push([name, value]);
  }
  const lines = [
    setting('core.repositoryformatversion', format === 'sha256' ? '1' : '0'),
    ...(format === 'sha256' ? [setting('extensions.objectformat', 'sha256')] : []),
    setting('core.bare', 'false'),
    ...[...settings, ...own].map(([name, value]) => setting(name, value)),
    // What could start a program, or make git read more of the repository than it must.
    setting('core.fsmonitor', 'false'),
    setting('core.hookspath', '/dev/null'),
    setting('core.commitgraph', 'false'),
    setting('core.multipackindex', 'false'),
    setting('gc.auto', '0'),
  ];
  if (headRef !== null && upstreamRef !== null) {
    const branch = headRef.replace(/^refs\/heads\//, '');
    lines.push(`[branch ${quote(branch)}]\n\tremote = .\n\tmerge = ${quote(upstreamRef)}\n`);
  }
  return lines.join('');
}

/** One setting, in a section of its own; of two with the same name the later one counts. */
function setting(name: string, value: string): string {
  const [section = '', key = ''] = name.split('.');
  return `[${section}]\n\t${key} = ${quote(value)}\n`;
}

const quote = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
