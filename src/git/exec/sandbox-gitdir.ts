import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastValue } from '../config/git-config.ts';
import { safeConfigKeys, type UserConfig } from '../config/user-config.ts';
import { readRepositoryAttributes, readRepositoryExcludes } from '../ignore/repository-excludes.ts';
import { readGitDirFile, readLinkedFile, toRepositoryError } from '../gitdir/read-gitdir-file.ts';
import { trackType } from '../gitdir/tracked-reads.ts';
import { assertIgnoreFileSize } from './ignore-file-limits.ts';
import type { OpenRepository } from '../open-repository.ts';

/** Commands that read no work tree: an unreadable list of exclusions does not affect them. */
export const objectCommands: ReadonlySet<string> = new Set(['cat-file', 'rev-list', 'log']);
/** Git compares no larger files line by line. */
const maxDiffSize = '1m';
const maxIndexBytes = 128 * 1024 * 1024;

export interface SandboxOptions {
  /** The git command. */
  readonly command: string;
  /** The path of the sandbox. */
  readonly dir: string;
}

/**
 * Returns the files of the sandbox: a git directory (gitrepository-layout(5)) that contains only HEAD, the refs
 * of the branch and its upstream, safe config keys and the lists of attributes, exclusions, sparse paths and
 * shallow commits. Throws `RepositoryError`.
 */
export function sandboxFiles(
  repository: OpenRepository,
  userConfig: UserConfig,
  options: SandboxOptions,
): ReadonlyMap<string, Buffer> {
  const files = new Map(configFiles(repository, userConfig, options));
  // Copied, because git updates the mtime of a shared index and blocks on a FIFO.
  for (const name of listSharedIndexes(repository.gitDir)) {
    const bytes = readGitDirFile(join(repository.gitDir, name), maxIndexBytes);
    if (bytes !== null) files.set(name, bytes);
  }
  return files;
}

/** Returns all files of the sandbox but the shared part of a split index. */
export function configFiles(
  repository: OpenRepository,
  userConfig: UserConfig,
  { command, dir }: SandboxOptions = { command: '', dir: '' },
): ReadonlyMap<string, Buffer> {
  const { head, headRef, upstream, upstreamRef, gitDir, commonDir } = repository;
  const files = new Map<string, Buffer>();
  const write = (name: string, text: string): void => void files.set(name, Buffer.from(text));
  const copy = (from: string, name: string): void => {
    const bytes = readLinkedFile(join(from, name), repository);
    if (bytes !== null) files.set(name, bytes);
  };
  const refs = new Map<string, string>();
  if (headRef !== null && head.oid !== null) refs.set(headRef, head.oid);
  if (upstreamRef !== null && upstream?.oid) refs.set(upstreamRef, upstream.oid);
  write('HEAD', headRef === null ? `${head.oid ?? ''}\n` : `ref: ${headRef}\n`);
  write('packed-refs', [...refs].map(([name, oid]) => `${oid} ${name}\n`).join(''));
  copy(commonDir, 'shallow');
  if (objectCommands.has(command)) {
    write(
      'config',
      `${sandboxConfig(repository, userConfig)}${configLine('core.bigfilethreshold', maxDiffSize)}`,
    );
    return files;
  }
  const attributes = readRepositoryAttributes(repository);
  if (attributes !== null) files.set('attributes', attributes);
  const attributesFile = attributes === null ? null : join(dir, 'attributes');
  write('config', sandboxConfig(repository, userConfig, attributesFile));
  copy(commonDir, 'info/attributes');
  const excludes = readRepositoryExcludes(repository);
  if (excludes.length > 0) files.set('info/exclude', excludes);
  for (const name of ['attributes', 'info/attributes', 'info/exclude']) {
    assertIgnoreFileSize(`the copy of ${name}`, files.get(name)?.length ?? 0);
  }
  copy(gitDir, 'info/sparse-checkout');
  return files;
}

/** The files that complete a split index. */
export function listSharedIndexes(gitDir: string): readonly string[] {
  // One that a new split index needs comes with a change of the index.
  trackType(gitDir);
  try {
    return readdirSync(gitDir).filter((name) => /^sharedindex\.[0-9a-f]+$/.test(name));
  } catch (error) {
    throw toRepositoryError(error, gitDir);
  }
}

function sandboxConfig(
  repository: OpenRepository,
  userConfig: UserConfig,
  attributesFile: string | null = null,
): string {
  const { config, format, headRef, upstreamRef } = repository;
  const own: [name: string, value: string][] = [];
  for (const name of safeConfigKeys) {
    const value = lastValue(config, name);
    if (value !== null && /^[-+]?\w*$/.test(value)) own.push([name, value]);
  }
  // The content of this file is in the sandbox's info/exclude.
  if (config.has('core.excludesfile')) own.push(['core.excludesfile', '']);
  if (attributesFile !== null) own.push(['core.attributesfile', attributesFile]);
  const lines = [
    configLine('core.repositoryformatversion', format === 'sha256' ? '1' : '0'),
    ...(format === 'sha256' ? [configLine('extensions.objectformat', 'sha256')] : []),
    configLine('core.bare', 'false'),
    // Git for Windows refuses paths of more than 260 characters without it; other versions ignore it.
    configLine('core.longpaths', 'true'),
    ...[...userConfig, ...own].map(([name, value]) => configLine(name, value)),
    // These could start a program or make git read further files of the repository.
    configLine('core.fsmonitor', 'false'),
    configLine('core.hookspath', '/dev/null'),
    configLine('core.commitgraph', 'false'),
    configLine('core.multipackindex', 'false'),
    configLine('gc.auto', '0'),
  ];
  if (headRef !== null && upstreamRef !== null) {
    const branch = headRef.replace(/^refs\/heads\//, '');
    lines.push(`[branch ${quote(branch)}]\n\tremote = .\n\tmerge = ${quote(upstreamRef)}\n`);
  }
  return lines.join('');
}

/** A setting in a section of its own; later ones override earlier ones of the same name. */
function configLine(name: string, value: string): string {
  const [section = '', key = ''] = name.split('.');
  return `[${section}]\n\t${key} = ${quote(value)}\n`;
}

const quote = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
