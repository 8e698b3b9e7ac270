import { basename, dirname } from 'node:path';
import { sanitizePath } from '../../../../util/text.ts';
import type { DatabaseFormat, ParsedEntry } from '../../usage-log/agent.ts';
import { unknownSchema } from '../../usage-log/database/database-error.ts';
import type { Row } from '../../usage-log/database/select-rows.ts';
import { toCostUsd, toEpochMs, toId, toUsage, unknownModel } from '../../usage-log/fields.ts';

const columns = ['id', 'parent_session_id', 'cost', 'updated_at'];

/**
 * Creates a reader of `crush.db` (charmbracelet/crush, internal/db/migrations/ and internal/agent/agent.go). Only `cost`
 * is a running total: `prompt_tokens` and `completion_tokens` are those of the last step. The cost of a session contains
 * that of its children. Models with a flat rate add 0. Times are in seconds.
 */
export const createDatabaseReader: DatabaseFormat['createReader'] = () =>
  function* ({ path }, database) {
    if (!database.has('sessions', columns)) throw unknownSchema(path);
    const where = 'parent_session_id IS NULL';
    const dataDir = dirname(path);
    // A data directory elsewhere does not name its project.
    const project = basename(dataDir) === '.crush' ? sanitizePath(dirname(dataDir), 4096) : null;
    for (const row of database.rows({ table: 'sessions', columns, where })) {
      yield toEntry(row, project);
    }
  };

function toEntry({ id, cost, updated_at: updatedAt }: Row, project: string | null): ParsedEntry {
  const key = toId(id);
  if (key === null) return 'id';
  const reportedCostUsd = toCostUsd(cost);
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const usage = toUsage({ vendor: '', model: unknownModel, ...tokens, reportedCostUsd });
  if (reportedCostUsd === null || usage === null) return 'usage';
  const timeMs = toEpochMs(Number(updatedAt) * 1000) ?? 0;
  return { key, timeMs, rank: 0, isRevision: true, project, usage, extraUsages: [] };
}
