import { join, resolve } from 'node:path';
import type { AgentName } from '../../../../schema/agents.ts';
import type { Agent, LocationContext } from '../../usage-log/agent.ts';
import { locationsIn } from '../../usage-log/locations.ts';
import { createParser, sumsRemoved, type TaskRules } from './parse-task.ts';

export interface TaskAgent extends TaskRules {
  readonly name: AgentName;
  /** The id of the extension of VS Code. */
  readonly extension: string;
  /** Returns further directories that contain `tasks/`. */
  readonly otherDirs?: (system: LocationContext['system']) => readonly string[];
}

/** Returns an agent of the Cline family: an extension of VS Code with a directory per task. */
export const taskAgent = ({ name, extension, otherDirs, ...rules }: TaskAgent): Agent => ({
  name,
  locations: ({ directories, system }) =>
    locationsIn(
      directories.length > 0
        ? directories
        : [
            ...userDataDirs(system).map((dir) => join(dir, 'User/globalStorage', extension)),
            ...(otherDirs?.(system) ?? []),
          ],
      'tasks',
    ),
  logDirOf: null,
  formats: [
    {
      type: 'document',
      isLog: (fileName) => fileName === 'ui_messages.json',
      maxBytes: 256 * 1024 * 1024,
      sumsRemoved,
      createParser: () => createParser(rules),
    },
  ],
});

const editors = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor'];
const servers = ['.vscode-server', '.vscode-server-insiders', '.vscodium-server', '.cursor-server'];

/**
 * Returns the user data directories of VS Code and its derivatives, then those of their servers for remote work
 * (https://code.visualstudio.com/docs/configure/command-line#_advanced-cli-options).
 */
function userDataDirs({ env, home, platform }: LocationContext['system']): readonly string[] {
  const dataDir =
    platform === 'win32'
      ? env['APPDATA'] || join(home, 'AppData/Roaming')
      : platform === 'darwin'
        ? join(home, 'Library/Application Support')
        : env['XDG_CONFIG_HOME'] || join(home, '.config');
  return [
    ...editors.map((editor) => join(resolve(dataDir), editor)),
    ...servers.map((server) => join(home, server, 'data')),
  ];
}
