import { join, resolve } from 'node:path';
import type { LocationContext } from '../../usage-log/agent.ts';

type LocationSystem = LocationContext['system'];

/** Visual Studio Code and its derivatives, as their user data directories are named. */
export const editorNames = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor'] as const;
const servers = ['.vscode-server', '.vscode-server-insiders', '.vscodium-server', '.cursor-server'];

/** Returns the directory in which desktop applications keep their data. */
export function appDataDir({ env, home, platform }: LocationSystem): string {
  if (platform === 'win32') return resolve(env['APPDATA'] || join(home, 'AppData/Roaming'));
  if (platform === 'darwin') return join(home, 'Library/Application Support');
  return resolve(env['XDG_CONFIG_HOME'] || join(home, '.config'));
}

/**
 * Returns the user data directories of VS Code and its derivatives, then those of their servers for remote work
 * (https://code.visualstudio.com/docs/configure/command-line#_advanced-cli-options).
 */
export const userDataDirs = (system: LocationSystem): readonly string[] => [
  ...editorNames.map((editor) => join(appDataDir(system), editor)),
  ...servers.map((server) => join(system.home, server, 'data')),
];
