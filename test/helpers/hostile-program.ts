import { cpSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cliPath } from './cli.ts';

/** A folder name with everything that some scheduler or shell takes for its own. */
export const hostileName = `a b 100%h it's $HOME "q" \\x \\\\ \\% & é <t> ;#!\``;

/** A copy of the built program in a folder with a hostile name; answers the path of its entry. */
export async function hostileProgram(folder: string): Promise<string> {
  const target = join(folder, hostileName, 'program');
  await mkdir(target, { recursive: true });
  const project = dirname(dirname(cliPath));
  for (const part of ['bin', 'dist']) {
    cpSync(join(project, part), join(target, part), { recursive: true });
  }
  return join(target, 'bin', 'sync-runner.cjs');
}
