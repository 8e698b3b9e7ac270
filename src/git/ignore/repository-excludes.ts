import { join, resolve } from 'node:path';
import { lastValue } from '../config/git-config.ts';
import { expandHome, isHomeOfOther } from '../config/includes.ts';
import { readLinkedFile, readOwnedFile } from '../gitdir/read-gitdir-file.ts';
import { sanitizeLine } from '../../util/text.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';

const byteOrderMark = Buffer.from('\ufeff');

/**
 * Returns the exclude rules of a repository in ascending precedence: its own `core.excludesFile`, followed by
 * `info/exclude`. Throws `RepositoryError` if one of them is refused.
 */
export function readRepositoryExcludes(repository: OpenRepository): Buffer {
  const { commonDir } = repository;
  const exclude = readLinkedFile(join(commonDir, 'info/exclude'), repository);
  const own = readConfiguredFile(repository, 'core.excludesFile');
  if (own === null) return exclude ?? Buffer.alloc(0);
  const parts = [own, Buffer.from('\n'), exclude ?? Buffer.alloc(0)];
  return Buffer.concat(parts.map(withoutByteOrderMark));
}

/** Returns the content of the repository's own `core.attributesFile`; null without this setting. */
export const readRepositoryAttributes = (repository: OpenRepository): Buffer | null =>
  repository.config.has('core.attributesfile')
    ? (readConfiguredFile(repository, 'core.attributesFile') ?? Buffer.alloc(0))
    : null;

/** Reads a file that a setting of the repository names; null when it is not set or the file is missing. */
function readConfiguredFile(repository: OpenRepository, setting: string): Buffer | null {
  const name = lastValue(repository.config, setting.toLowerCase());
  if (!name) return null;
  if (isHomeOfOther(name)) {
    const message = `${setting}: ${sanitizeLine(name, 200)} is in the home directory of a named user`;
    throw new RepositoryError('config-not-applied', 'error', message);
  }
  const path = resolve(repository.workTree, expandHome(name, repository.home));
  try {
    return readOwnedFile(path, repository);
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    throw new RepositoryError(error.code, error.state, `${setting}: ${error.message}`, error);
  }
}

/** git skips it at the start of a file only. */
const withoutByteOrderMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
