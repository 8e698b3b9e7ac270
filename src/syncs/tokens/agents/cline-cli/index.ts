import { basename, join, resolve } from 'node:path';
import { groupBy } from '../../../../util/collections.ts';
import type { Agent, Location, LocationContext, LogRows } from '../../usage-log/agent.ts';
import { locationsIn } from '../../usage-log/locations.ts';
import type { RecordTable } from '../../usage-log/records/record-table.ts';
import { createParser, messagesSuffix, totalKey } from './parse-session.ts';

/** Cline CLI, and Cline in VS Code since version 4, which writes the same sessions. */
export const clineCli = {
  name: 'cline-cli',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'document',
      // Other files of a session, such as the one for compaction, have other names.
      isLog: (fileName, dir) => fileName === basename(dir) + messagesSuffix,
      maxBytes: 256 * 1024 * 1024,
      createParser,
    },
  ],
  excludeRows,
} as const satisfies Agent;

/** Excludes the total of a session whose messages have metrics, which a previous run or a copy may not have yet. */
function* excludeRows(logs: readonly LogRows[], records: RecordTable): Iterable<number> {
  const keys = records.keys();
  for (const [session, copies] of groupBy(logs, ({ path }) => basename(path, messagesSuffix))) {
    const rows = copies.flatMap((copy) => copy.rows);
    const totals = rows.filter((row) => keys[row] === totalKey(session));
    if (totals.length < rows.length) yield* totals;
  }
}

/** The order of cline/cline, apps/cli/src/utils/helpers.ts. */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const sessionsDir = system.env['CLINE_SESSION_DATA_DIR']?.trim();
  if (directories.length > 0 || !sessionsDir) {
    return locationsIn(directories.length > 0 ? directories : [clineDataDir(system)], 'sessions');
  }
  const root = resolve(sessionsDir);
  return [{ path: root, root }];
}

/** `$CLINE_DATA_DIR`, else `data` in `$CLINE_DIR` or `~/.cline` (apps/vscode/src/shared/storage/storage-context.ts). */
export function clineDataDir({ env, home }: LocationContext['system']): string {
  const dataDir = env['CLINE_DATA_DIR']?.trim();
  if (dataDir) return resolve(dataDir);
  return resolve(env['CLINE_DIR']?.trim() || join(home, '.cline'), 'data');
}
