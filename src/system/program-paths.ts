import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { isMachineProblem, isNotFound, UserError } from '../util/errors.ts';
import { appleGit, hasAppleGit } from './apple-git.ts';

const programPaths = new Map<string, Promise<string>>();

/** See `System.prependPath`. */
export function prependPath(dir: string): void {
  process.env['PATH'] = [dir, ...(process.env['PATH'] ?? '').split(delimiter)].join(delimiter);
  programPaths.clear();
}

/** Returns the absolute path of a program. Ignores relative entries of PATH. */
export function findProgram(file: string): Promise<string> {
  let path = programPaths.get(file);
  if (path === undefined) programPaths.set(file, (path = searchPath(file)));
  return path;
}

async function searchPath(file: string): Promise<string> {
  const suffixes = process.platform === 'win32' ? ['.exe', ''] : [''];
  const dirs = isAbsolute(file) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  let denied: string | null = null;
  let stub: string | null = null;
  for (const dir of dirs) {
    if (dir !== '' && !isAbsolute(dir)) continue;
    for (const suffix of suffixes) {
      const path = join(dir, file + suffix);
      const result = await accessTo(path);
      if (result === 'denied') denied ??= path;
      if (result !== 'executable') continue;
      if (!(await isStub(path))) return path;
      stub = path;
    }
  }
  if (stub !== null) {
    const message = `${file} was not found: ${stub} only installs the Command Line Tools`;
    throw new UserError('tool', message, { hint: 'xcode-select --install' });
  }
  if (denied === file) throw new UserError('tool', `${file} can't be executed`);
  const reason = denied === null ? '' : `; ${denied} can't be executed`;
  throw new UserError('tool', `${file} was not found${reason}`, {
    hint: `install ${file}, or add its directory to PATH`,
  });
}

async function accessTo(path: string): Promise<'executable' | 'denied' | 'missing'> {
  try {
    await access(path, constants.X_OK);
    return 'executable';
  } catch (error) {
    if (isMachineProblem(error)) throw error;
    return isNotFound(error) ? 'missing' : 'denied';
  }
}

const isStub = async (path: string): Promise<boolean> =>
  process.platform === 'darwin' &&
  path === appleGit &&
  !(await hasAppleGit(process.env, async (one) => (await accessTo(one)) === 'executable'));
