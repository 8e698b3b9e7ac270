import { join } from 'node:path';
import type { AgentName } from '../../../../schema/agent-names.ts';
import type { Agent, LocationContext } from '../../usage-log/agent.ts';
import { locationsIn } from '../../usage-log/locations.ts';
import { excludeRows } from './exclude-rows.ts';
import { createParser, sumsRemoved, type TaskRules } from './parse-task.ts';
import { userDataDirs } from './user-data.ts';

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
  excludeRows,
});
