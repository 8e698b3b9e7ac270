import { basename, dirname, join } from 'node:path';
import { groupBy } from '../../../../util/collections.ts';
import type { Agent, Location, LocationContext, LogRows } from '../../usage-log/agent.ts';
import type { RecordTable } from '../../usage-log/records/record-table.ts';
import { createParser, rank } from './parse-event.ts';
import { createDatabaseReader, sessionOfKey } from './read-database.ts';

/** GitHub Copilot CLI, also as part of the desktop app. Its source is not public. */
export const copilotCli = {
  name: 'copilot-cli',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'database',
      isLog: (fileName) => fileName === 'session-store.db',
      createReader: createDatabaseReader,
    },
    {
      type: 'lines',
      isLog: (fileName) => fileName === 'events.jsonl',
      markers: [
        ...['"session.start"', '"session.resume"', '"session.model_change"'],
        ...['"assistant.message"', '"session.shutdown"', '"session.compaction_complete"'],
      ],
      createParser,
    },
  ],
  excludeRows,
} as const satisfies Agent;

function locations({ directories, system: { env, home } }: LocationContext): readonly Location[] {
  const paths =
    directories.length > 0 ? directories : [env['COPILOT_HOME'] || join(home, '.copilot')];
  // The directories of sessions contain copies of changed files.
  return paths.flatMap((path) => [
    { path, root: path, depth: 0 },
    { path, root: join(path, 'session-state'), depth: 1 },
  ]);
}

/**
 * Excludes what another record contains: the events of a session that the database has requests of, except the totals
 * from before the first of them, and the messages before a shutdown, whose totals include them. The database has no
 * requests of an earlier version of Copilot CLI.
 */
function* excludeRows(logs: readonly LogRows[], records: RecordTable): Iterable<number> {
  const storedSince = new Map<string, number>();
  for (const [key, row] of records.first) {
    const session = sessionOfKey(key);
    if (session === null) continue;
    storedSince.set(session, Math.min(storedSince.get(session) ?? Infinity, records.timeOf(row)));
  }
  const sessions = groupBy(logs, ({ path }) =>
    basename(path) === 'events.jsonl' ? basename(dirname(path)) : null,
  );
  for (const [session, copies] of sessions) {
    const sinceMs = storedSince.get(session);
    const rows = copies.flatMap((copy) => copy.rows);
    const timed = rows.map((row) => ({ row, ...records.recordOf(row) }));
    const shutdowns = timed.filter((record) => record.rank === rank.shutdown);
    const lastMs =
      sinceMs === undefined
        ? shutdowns.reduce((last, { timeMs }) => Math.max(last, timeMs), 0)
        : Infinity;
    for (const { row, timeMs, ...record } of timed) {
      const isRepeated =
        record.rank === rank.message
          ? timeMs <= lastMs
          : sinceMs !== undefined && timeMs >= sinceMs;
      if (isRepeated) yield row;
    }
  }
}
