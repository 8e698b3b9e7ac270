import { sanitizePath } from '../../../../util/text.ts';
import type { DatabaseFormat, ParsedEntry } from '../../usage-log/agent.ts';
import { unknownSchema } from '../../usage-log/database/database-error.ts';
import type { LogDatabase } from '../../usage-log/database/log-database.ts';
import type { Row } from '../../usage-log/database/select-rows.ts';
import { createSessionLookup } from '../../usage-log/database/session-lookup.ts';
import {
  toCostUsd,
  toCount,
  toEpochMs,
  toFields,
  toId,
  toSanitizedText,
  toSqlTimeMs,
  toText,
  toUsage,
  uncachedInput,
  unknownModel,
} from '../../usage-log/fields.ts';

const ledgerColumns = [
  ...['id', 'session_id', 'created_timestamp', 'model', 'input_tokens', 'output_tokens'],
  ...['cache_read_tokens', 'cache_write_tokens', 'cost', 'cost_source'],
];
const sessionColumns = [
  'id',
  'created_at',
  'accumulated_input_tokens',
  'accumulated_output_tokens',
];
/** Added by later versions. */
const laterSessionColumns = [
  ...['accumulated_cache_read_tokens', 'accumulated_cache_write_tokens', 'accumulated_cost'],
  ...['working_dir', 'provider_name', 'model_config_json'],
];
const carriedForward = `cost_source = 'carried_forward'`;

/**
 * Creates a reader of `sessions.db` (aaif-goose/goose, crates/goose/src/session/session_manager.rs): a row per request
 * in `usage_ledger`, with schema 15 or later. Sessions of an earlier version have a total in `accumulated_…` only, which
 * the next request writes to the ledger as `carried_forward`; both count once, at the start of the session. The other
 * counts in `sessions` are those of the last request. Copied sessions have neither.
 */
export const createDatabaseReader: DatabaseFormat['createReader'] = () =>
  function* (log, database) {
    const hasLedger =
      database.has('usage_ledger', ledgerColumns) &&
      database.isIndexed('usage_ledger', 'session_id');
    const hasSessions =
      database.has('sessions', sessionColumns) && database.isIndexed('sessions', 'id');
    if (!hasLedger && !hasSessions) throw unknownSchema(log.path);
    const columns = [...sessionColumns, ...database.existing('sessions', laterSessionColumns)];
    if (hasLedger) {
      const sessionOf = createSessionLookup((id) =>
        hasSessions
          ? (database.rowsWith('id', id, { table: 'sessions', columns })[0] ?? null)
          : null,
      );
      const timeOf = (row: Row): number | null => toMs(row['created_timestamp']);
      const query = { table: 'usage_ledger', columns: ledgerColumns };
      for (const row of database.newRows({ ...query, identity: 'created_timestamp', timeOf })) {
        yield ledgerEntry(database, row, sessionOf(row['session_id']));
      }
    }
    if (!hasSessions) return;
    for (const session of database.rows({ table: 'sessions', columns })) {
      yield hasLedger && ledgerRows(database, session['id'], '1').length > 0
        ? null
        : accumulatedEntry(session);
    }
  };

/** Returns the first row of a session in the ledger. */
function ledgerRows(database: LogDatabase, session: unknown, where: string): readonly Row[] {
  if (typeof session !== 'string') return [];
  const query = { table: 'usage_ledger', columns: ['id'], where, limit: 1 };
  return database.rowsWith('session_id', session, query);
}

function ledgerEntry(database: LogDatabase, row: Row, session: Row | null): ParsedEntry | null {
  const { id, session_id: sessionId } = row;
  const isCarried =
    row['cost_source'] === 'carried_forward' &&
    ledgerRows(database, sessionId, carriedForward)[0]?.['id'] === id;
  const timeMs = toMs(row['created_timestamp']);
  return requestEntry({
    key: isCarried ? totalKey(sessionId) : [sessionId, id, timeMs].map(String).join(' '),
    timeMs: isCarried ? (toSqlTimeMs(session?.['created_at']) ?? timeMs) : timeMs,
    model: toText(row['model']),
    session,
    input: row['input_tokens'],
    output: row['output_tokens'],
    cacheRead: row['cache_read_tokens'],
    cacheWrite: row['cache_write_tokens'],
    cost: row['cost'],
  });
}

const accumulatedEntry = (session: Row): ParsedEntry | null =>
  requestEntry({
    key: totalKey(session['id']),
    timeMs: toSqlTimeMs(session['created_at']),
    model: null,
    session,
    input: session['accumulated_input_tokens'],
    output: session['accumulated_output_tokens'],
    cacheRead: session['accumulated_cache_read_tokens'],
    cacheWrite: session['accumulated_cache_write_tokens'],
    cost: session['accumulated_cost'],
  });

const totalKey = (session: unknown): string => `${String(session)} total`;

interface Request {
  readonly key: string;
  readonly timeMs: number | null;
  readonly model: string | null;
  readonly session: Row | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly cacheRead: unknown;
  readonly cacheWrite: unknown;
  readonly cost: unknown;
}

/** `input_tokens` contains the tokens of the cache (crates/goose/src/conversation/token_usage.rs). */
function requestEntry({ key, timeMs, session, ...request }: Request): ParsedEntry | null {
  const allInput = toCount(request.input);
  const output = toCount(request.output);
  const cacheRead = toCount(request.cacheRead);
  const cacheWrite = toCount(request.cacheWrite);
  const cached = cacheRead + cacheWrite;
  if (allInput + output + cached === 0) return null;
  const input = uncachedInput(allInput, cached);
  const cost = toCostUsd(request.cost);
  const usage = toUsage({
    vendor: (toText(session?.['provider_name']) ?? '').toLowerCase(),
    model: sanitizePath(request.model ?? modelOf(session) ?? unknownModel, 200),
    ...{ input, output, cacheRead, cacheWrite },
    // 0 for models whose price Goose does not know.
    reportedCostUsd: cost === 0 ? null : cost,
  });
  if (usage === null) return 'usage';
  if (timeMs === null) return 'timestamp';
  const id = toId(key);
  if (id === null) return 'id';
  const project = toSanitizedText(session?.['working_dir']);
  return { key: id, timeMs, rank: 0, project, usage, extraUsages: [] };
}

function modelOf(session: Row | null): string | null {
  const config = session?.['model_config_json'];
  try {
    return typeof config === 'string' ? toText(toFields(JSON.parse(config))?.['model_name']) : null;
  } catch {
    return null;
  }
}

const secondsLimit = 10_000_000_000;

/** Seconds, or milliseconds from a limit of Goose on (`MILLISECOND_TIMESTAMP_THRESHOLD`). */
const toMs = (value: unknown): number | null =>
  typeof value === 'number' ? toEpochMs(value >= secondsLimit ? value : value * 1000) : null;
