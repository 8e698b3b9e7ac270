import { sanitizePath } from '../../../../util/text.ts';
import type { DatabaseFormat, ParsedEntry } from '../../usage-log/agent.ts';
import { unknownSchema } from '../../usage-log/database/database-error.ts';
import type { Row } from '../../usage-log/database/select-rows.ts';
import {
  parseJsonText,
  toCount,
  toFields,
  toId,
  toSanitizedText,
  toText,
  toTimeMs,
  toUsage,
  unknownModel,
  type Fields,
} from '../../usage-log/fields.ts';
import { decompressZstdBytes } from '../../usage-log/reading/decompress.ts';

const columns = ['id', 'updated_at', 'data_type', 'data'];
/** The greatest size of a thread, compressed and decompressed. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Creates a reader of `threads` in `threads.db` (zed-industries/zed, crates/agent/src/db.rs). A row is a thread, which
 * each request rewrites; `data` is its JSON, usually compressed. `cumulative_token_usage` is the running total. Each
 * thread has its own, also one of a sub-agent. Between October 2025 and June 2026 Zed did not write it (pull request
 * 58378): `request_token_usage` has only the last request of each prompt, so that the usage of these threads is unknown.
 */
export const createDatabaseReader: DatabaseFormat['createReader'] = () =>
  function* ({ path }, database) {
    if (!database.has('threads', columns)) throw unknownSchema(path);
    const query = {
      table: 'threads',
      columns: [...columns, ...database.existing('threads', ['folder_paths'])],
      identity: 'id',
      updatedAt: 'updated_at',
      maxValueBytes: maxBytes,
    };
    for (const row of database.updatedRows(query)) yield toEntry(row);
  };

function toEntry(row: Row): ParsedEntry | null {
  const key = toId(row['id']);
  if (key === null) return 'id';
  const text = threadText(row);
  if (text === null) return row['data'] === null ? 'too-long' : 'json';
  const thread = toFields(parseJsonText(text));
  if (thread === null) return 'json';
  const counts = toFields(thread['cumulative_token_usage']) ?? {};
  // Zed omits counts that are 0 (crates/language_model/src/language_model.rs).
  if (Object.keys(counts).length === 0) return hasRequests(thread) ? 'no-usage' : null;
  const model = toFields(thread['model']);
  const usage = toUsage({
    vendor: toText(model?.['provider'])?.toLowerCase() ?? '',
    model: modelId(model?.['model']),
    input: toCount(counts['input_tokens']),
    output: toCount(counts['output_tokens']),
    cacheRead: toCount(counts['cache_read_input_tokens']),
    cacheWrite: toCount(counts['cache_creation_input_tokens']),
  });
  if (usage === null) return 'usage';
  const timeMs = toTimeMs(row['updated_at']) ?? 0;
  return { key, timeMs, rank: 0, project: projectOf(row, thread), usage, extraUsages: [] };
}

/** Returns the JSON of a thread; null if it is damaged or too long. */
function threadText({ data, data_type: type }: Row): string | null {
  if (typeof data === 'string') return type === 'json' ? data : null;
  if (!(data instanceof Uint8Array)) return null;
  const bytes = type === 'zstd' ? decompressZstdBytes(data, maxBytes) : data;
  return bytes === null ? null : Buffer.from(bytes).toString();
}

/** By id of the prompt; in threads of the first version by request. */
const hasRequests = ({ request_token_usage: requests }: Fields): boolean =>
  typeof requests === 'object' && requests !== null && Object.keys(requests).length > 0;

/** Returns the id of a model, of which Zed writes the name in some versions: `Claude Opus 4.5`, `GPT-5 (Preview)`. */
const modelId = (value: unknown): string =>
  sanitizePath(toText(value) ?? unknownModel, 200)
    .replace(/ \([^)]*\)$/, '')
    .toLowerCase()
    .replaceAll(' ', '-');

/**
 * Returns the directory of the workspace of a thread; null if there are several. Earlier versions keep only a snapshot
 * of the directories.
 */
function projectOf(row: Row, thread: Fields): string | null {
  const snapshots: unknown = toFields(thread['initial_project_snapshot'])?.['worktree_snapshots'];
  const paths = toText(row['folder_paths'])?.split('\n') ?? [];
  const earlierPaths = (Array.isArray(snapshots) ? (snapshots as readonly unknown[]) : []).map(
    (snapshot) => toText(toFields(snapshot)?.['worktree_path']),
  );
  const [path = null, ...others] = paths.length > 0 ? paths : earlierPaths;
  return others.length > 0 ? null : toSanitizedText(path);
}
