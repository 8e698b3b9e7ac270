import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { System } from '../system/system.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { isNotFound } from '../util/errors.ts';
import { toFileError } from '../util/fs.ts';
import { shellQuote } from '../util/shell.ts';
import type { Workspace } from './workspace.ts';

/** Bits of a mode: write permission of the group, of others, and the sticky bit. */
const [groupWrite, othersWrite, sticky] = [0o020, 0o002, 0o1000];

/**
 * Returns why the configuration must not decide which programs run as this user: another user can write it or
 * one of the directories above it, or owns one of them. Null if it is trusted. Files of root are trusted, and so is
 * a directory with the sticky bit, such as /tmp. Windows has no such permissions. Throws `FileError`.
 */
export async function checkConfigTrust(
  { config }: Workspace,
  { platform, processInfo: { uid } }: System,
): Promise<Diagnostic | null> {
  if (platform === 'win32') return null;
  try {
    // A link must be trusted as well as its target.
    for (const path of new Set([...ancestorsOf(config), ...ancestorsOf(await realpath(config))])) {
      const stats = await lstat(path);
      if (stats.uid !== uid && stats.uid !== 0) {
        const hint = `chown ${String(uid)} ${shellQuote(path)}`;
        return untrusted(path, 'belongs to another user', hint);
      }
      if (stats.isSymbolicLink() || (stats.isDirectory() && (stats.mode & sticky) !== 0)) continue;
      if ((stats.mode & othersWrite) !== 0) {
        return untrusted(path, 'is writable by every user', `chmod go-w ${shellQuote(path)}`);
      }
      if ((stats.mode & groupWrite) !== 0) {
        return untrusted(path, 'is writable by its group', `chmod g-w ${shellQuote(path)}`);
      }
    }
  } catch (error) {
    if (isNotFound(error)) return null;
    throw toFileError(error, config);
  }
  return null;
}

function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...ancestorsOf(parent)];
}

const untrusted = (subject: string, reason: string, hint: string): Diagnostic =>
  diagnostic('config-untrusted', {
    subject,
    message: `${reason}, so the program in notify.command is not run`,
    hint,
  });
