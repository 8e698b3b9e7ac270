import { join } from 'node:path';
import type { AgentName } from '../../../../schema/agent-names.ts';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { xdgDataHome } from '../../usage-log/locations.ts';
import { createDatabaseReader } from './read-database.ts';
import { createDocumentParser } from './read-legacy-message.ts';

export const openCode = openCodeLike('opencode', 'opencode');

/** A fork of OpenCode with the same tables (Kilo-Org/kilocode, packages/opencode). */
export const kiloCli = openCodeLike('kilo-cli', 'kilo');

/**
 * Returns OpenCode or one of its forks, whose data are in `dirName` of the data directory. A channel other than the
 * stable one has a database of its own, `opencode-<channel>.db` (packages/opencode/src/storage/db.ts).
 */
function openCodeLike(name: AgentName, dirName: string): Agent {
  const databasePattern = new RegExp(`^${dirName}(?:-[^/\\\\]+)?\\.db$`);
  return {
    name,
    locations: (context) => locations(context, dirName),
    logDirOf: null,
    formats: [
      {
        type: 'database',
        isLog: (fileName) => databasePattern.test(fileName),
        createReader: createDatabaseReader,
      },
      {
        // Before the database; the files remain after their migration.
        type: 'document',
        isLog: (fileName, dir) =>
          fileName.endsWith('.json') && /[/\\]storage[/\\]message[/\\][^/\\]+$/.test(dir),
        maxBytes: 16 * 1024 * 1024,
        createParser: createDocumentParser,
      },
    ],
  };
}

/** OpenCode uses the directories of XDG on every system (packages/opencode/src/global/index.ts). */
function locations({ directories, system }: LocationContext, dirName: string): readonly Location[] {
  const paths = directories.length > 0 ? directories : [join(xdgDataHome(system), dirName)];
  // The other directories, such as `snapshot`, are large.
  return paths.flatMap((path) => [
    { path, root: path, depth: 0 },
    { path, root: join(path, 'storage', 'message'), depth: 1 },
  ]);
}
