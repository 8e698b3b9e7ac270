import type { DatabaseFormat, ParsedEntry } from '../../usage-log/agent.ts';
import { unknownSchema } from '../../usage-log/database/database-error.ts';
import type { LogDatabase } from '../../usage-log/database/log-database.ts';
import type { Row } from '../../usage-log/database/select-rows.ts';
import { createSessionLookup } from '../../usage-log/database/session-lookup.ts';
import { toCount, toId, toSanitizedText, toSqlTimeMs, toText } from '../../usage-log/fields.ts';
import { copilotUsage } from './copilot-usage.ts';

const columns = [
  ...['id', 'session_id', 'model', 'created_at', 'input_tokens', 'output_tokens'],
  ...['cache_read_tokens', 'cache_write_tokens'],
];
/** 1 AIU is 0.01 US dollars. */
const nanoAiuPerDollar = 100_000_000_000;

const keyPrefix = 'stored';

/** Returns the session of the key of a row; null for the key of an event. */
export function sessionOfKey(key: string): string | null {
  const [prefix, session = null] = key.split(' ', 2);
  return prefix === keyPrefix ? session : null;
}

/**
 * Creates a reader of `assistant_usage_events` in `session-store.db`, a row per request (schema 6 and 8 as recorded by
 * the tests of several trackers; the sums of its rows equal the totals of `session.shutdown`). Without this table, the
 * version of Copilot CLI stores no usage in the database. Copilot CLI removes old rows.
 */
export const createDatabaseReader: DatabaseFormat['createReader'] = () =>
  function* (log, database) {
    if (!database.has('assistant_usage_events', columns)) {
      if (database.has('sessions', ['id'])) return;
      throw unknownSchema(log.path);
    }
    const projectOf = createProjectLookup(database);
    const query = {
      table: 'assistant_usage_events',
      columns: [...columns, ...database.existing('assistant_usage_events', ['total_nano_aiu'])],
      identity: 'created_at',
      timeOf: ({ created_at }: Row) => toSqlTimeMs(created_at),
    };
    for (const row of database.newRows(query))
      yield requestEntry(row, projectOf(row['session_id']));
  };

function requestEntry(row: Row, project: string | null): ParsedEntry | null {
  const session = row['session_id'];
  const counts = [
    ...[row['input_tokens'], row['output_tokens']],
    ...[row['cache_read_tokens'], row['cache_write_tokens']],
  ].map(toCount);
  const [allInput = NaN, output = NaN, cacheRead = NaN, cacheWrite = NaN] = counts;
  if (counts.every((one) => one === 0)) return null;
  const nanoAiu = toCount(row['total_nano_aiu']);
  const usage = copilotUsage({
    model: toText(row['model']),
    ...{ allInput, output, cacheRead, cacheWrite },
    reportedCostUsd: nanoAiu > 0 ? nanoAiu / nanoAiuPerDollar : null,
  });
  if (usage === null) return 'usage';
  const timeMs = toSqlTimeMs(row['created_at']);
  if (timeMs === null) return 'timestamp';
  const isId = typeof session === 'string' && /^\S+$/.test(session);
  const key = isId ? toId([keyPrefix, session, row['id'], timeMs, ...counts].join(' ')) : null;
  if (key === null) return 'id';
  return { key, timeMs, rank: 0, project, usage, extraUsages: [] };
}

function createProjectLookup(database: LogDatabase): (session: unknown) => string | null {
  const hasSessions = database.has('sessions', ['id', 'cwd']);
  return createSessionLookup((id) => {
    if (!hasSessions) return null;
    const [session] = database.rowsWith('id', id, { table: 'sessions', columns: ['cwd'] });
    return toSanitizedText(session?.['cwd']);
  });
}
