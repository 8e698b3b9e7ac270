import { cpSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cliPath } from './cli.ts';

/** A directory name with all characters that are special to a scheduler or shell. */
export const hostileName = `a b 100%h it's $HOME "q" \\x \\\\ \\% & é <t> ;#!\``;

/** Copies the built program into a directory with a hostile name and returns the path of its entry. */
export async function hostileProgram(dir: string): Promise<string> {
  const target = join(dir, hostileName, 'program');
  await mkdir(target, { recursive: true });
  const project = dirname(dirname(cliPath));
  for (const part of ['bin', 'dist']) {
    cpSync(join(project, part), join(target, part), { recursive: true });
  }
  return join(target, 'bin', 'sync-runner.cjs');
}
