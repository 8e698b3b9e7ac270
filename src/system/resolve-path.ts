import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../util/errors.ts';
import type { System } from './system.ts';

/**
 * Returns the absolute form of a path of the command line. Throws `UserError` with code `usage` for a relative path
 * if the current directory is unknown.
 */
export function resolvePath(path: string, { cwd }: Pick<System, 'cwd'>): string {
  if (cwd !== null) return resolve(cwd, path);
  if (isAbsolute(path)) return resolve(path);
  throw new UserError('usage', 'the current directory was deleted, or can not be read', {
    hint: 'cd to an existing directory',
  });
}
