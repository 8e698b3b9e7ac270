import type { DatabaseFormat } from '../../usage-log/agent.ts';
import { unknownSchema } from '../../usage-log/database/database-error.ts';
import type { LogDatabase } from '../../usage-log/database/log-database.ts';
import { contains, type Row } from '../../usage-log/database/select-rows.ts';
import { createSessionLookup } from '../../usage-log/database/session-lookup.ts';
import { toEpochMs, toFields, toText, type Fields } from '../../usage-log/fields.ts';
import { messageEntries, version2Entries } from './message-usage.ts';

/** Parts with the output of tools are longer. */
const maxStepBytes = 16 * 1024;

/**
 * Creates a reader of the tables of OpenCode (anomalyco/opencode, packages/core/src/session/sql.ts): `message` and
 * `part`, and `session_message` of version 2. All messages are read, those of child sessions too; the totals in
 * `session` repeat them.
 */
export const createDatabaseReader: DatabaseFormat['createReader'] = () =>
  function* (log, database) {
    const columns = ['id', 'session_id', 'time_created', 'data'];
    const hasMessages =
      database.has('message', columns) &&
      database.has('part', ['message_id', 'data']) &&
      database.isIndexed('part', 'message_id');
    const hasVersion2 = database.has('session_message', [...columns, 'type']);
    if (!hasMessages && !hasVersion2) throw unknownSchema(log.path);
    const query = { identity: 'id', timeOf: ({ time_created }: Row) => toEpochMs(time_created) };
    const directoryOf = createDirectoryLookup(database);
    if (hasMessages) {
      const where = contains('data', '"assistant"');
      for (const row of database.newRows({ ...query, table: 'message', columns, where })) {
        const message = parseJson(row['data']);
        yield null;
        if (message === null) yield 'json';
        else
          yield* messageEntries(
            message,
            stepsOf(database, row['id']),
            directoryOf(row['session_id']),
          );
      }
    }
    if (hasVersion2) {
      const where = `type = 'assistant'`;
      for (const row of database.newRows({ ...query, table: 'session_message', columns, where })) {
        const message = parseJson(row['data']);
        yield null;
        if (message === null) yield 'json';
        else yield* version2Entries(message, directoryOf(row['session_id']));
      }
    }
  };

/** Returns the `step-finish` parts of a message. */
function stepsOf(database: LogDatabase, messageId: unknown): readonly Fields[] {
  if (typeof messageId !== 'string') return [];
  const where = contains('data', '"step-finish"', maxStepBytes);
  return database
    .rowsWith('message_id', messageId, { table: 'part', columns: ['data'], where })
    .map((row) => parseJson(row['data']))
    .filter((part) => part !== null)
    .filter((part) => part['type'] === 'step-finish');
}

/** Returns a function that returns the directory of a session. */
function createDirectoryLookup(database: LogDatabase): (session: unknown) => string | null {
  const tables = ['session', 'session_v2'].filter((table) =>
    database.has(table, ['id', 'directory']),
  );
  return createSessionLookup((id) => {
    for (const table of tables) {
      const [session] = database.rowsWith('id', id, { table, columns: ['directory'] });
      const directory = toText(session?.['directory']);
      if (directory !== null) return directory;
    }
    return null;
  });
}

function parseJson(value: unknown): Fields | null {
  try {
    return typeof value === 'string' ? toFields(JSON.parse(value)) : null;
  } catch {
    return null;
  }
}
