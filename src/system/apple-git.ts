import { readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { nullIfInaccessible } from '../util/errors.ts';

/** On macOS this program only starts the git of Xcode or of the Command Line Tools. */
export const appleGit = '/usr/bin/git';

/** Where xcode-select(1) stores the directory that `xcode-select --switch` selected. */
const selectedDir = '/var/db/xcode_select_link';

/** The directories that xcode-select(1) uses without a selection. */
const defaultDirs = [
  '/Applications/Xcode.app/Contents/Developer',
  '/Library/Developer/CommandLineTools',
];

/**
 * Whether Apple's `/usr/bin/git` would find a git to start. Without one it opens the installer of the Command Line
 * Tools in the user's session, so it must not even be started to find out.
 */
export async function hasAppleGit(
  env: Readonly<Record<string, string | undefined>>,
  isExecutable: (path: string) => Promise<boolean>,
): Promise<boolean> {
  const selected = await nullIfInaccessible(readlink(selectedDir));
  const dirs = [env['DEVELOPER_DIR'], selected, ...defaultDirs];
  for (const dir of dirs) {
    if (dir && (await isExecutable(posix.join(dir, 'usr/bin/git')))) return true;
  }
  return false;
}
