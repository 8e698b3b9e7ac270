import { basename, dirname, join } from 'node:path';
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
 * Excludes what another record contains: the events of a session that the database has requests of, and the messages
 * before a shutdown, whose totals include them.
 */
function* excludeRows(logs: readonly LogRows[], records: RecordTable): Iterable<number> {
  const stored = new Set<string>();
  for (const key of records.first.keys()) {
    const session = sessionOfKey(key);
    if (session !== null) stored.add(session);
  }
  for (const { path, rows } of logs) {
    if (basename(path) !== 'events.jsonl') continue;
    if (stored.has(basename(dirname(path)))) {
      yield* rows;
      continue;
    }
    const timed = rows.map((row) => ({ row, ...records.recordOf(row) }));
    const shutdowns = timed.filter((record) => record.rank === rank.shutdown);
    const lastMs = shutdowns.reduce((last, { timeMs }) => Math.max(last, timeMs), 0);
    for (const { row, timeMs, ...record } of timed) {
      if (record.rank === rank.message && timeMs <= lastMs) yield row;
    }
  }
}
