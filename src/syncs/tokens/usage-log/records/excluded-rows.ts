import { getOrInsert } from '../../../../util/collections.ts';
import type { Agent, Log } from '../agent.ts';
import type { LogState } from '../state.ts';
import type { RecordTable } from './record-table.ts';

export interface ExclusionOptions {
  readonly agent: Pick<Agent, 'excludeRows'>;
  readonly logs: Iterable<LogState>;
  /** Paths of the existing logs. */
  readonly present: ReadonlySet<string>;
}

/** Returns the rows that don't count according to the agent. */
export function excludedRows(
  records: RecordTable,
  { agent, logs, present }: ExclusionOptions,
): ReadonlySet<number> {
  if (agent.excludeRows === undefined) return new Set();
  const rows = new Map<Log, number[]>();
  for (const [row, key] of records.keys().entries()) {
    if (key !== undefined) getOrInsert(rows, records.logOf(row), () => []).push(row);
  }
  const logRows = [...logs].map(({ log, checkpoint }) => ({
    path: log.path,
    isPresent: present.has(log.path),
    parserState: checkpoint.parserState,
    rows: rows.get(log) ?? [],
  }));
  return new Set(agent.excludeRows(logRows, records));
}
