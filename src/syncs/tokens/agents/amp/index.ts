import { basename, join } from 'node:path';
import { groupBy } from '../../../../util/collections.ts';
import type { Agent, Location, LocationContext, LogRows } from '../../usage-log/agent.ts';
import { locationsIn, xdgDataHome } from '../../usage-log/locations.ts';
import type { RecordTable } from '../../usage-log/records/record-table.ts';
import { createThreadParser, rank } from './parse-thread.ts';

/** Amp. A lower bound, because its threads do not contain the usage of its sub-agents. */
export const amp = {
  name: 'amp',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'document',
      isLog: (fileName) => /^T-.*\.json$/.test(fileName),
      maxBytes: 256 * 1024 * 1024,
      createParser: createThreadParser,
    },
  ],
  excludeRows,
} as const satisfies Agent;

/** The same below the home directory on all systems. */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const paths = directories.length > 0 ? directories : [join(xdgDataHome(system), 'amp')];
  return locationsIn(paths, 'threads');
}

/** Excludes the messages of a thread that has got a ledger since it was first read, or since it was copied. */
function* excludeRows(logs: readonly LogRows[], records: RecordTable): Iterable<number> {
  for (const copies of groupBy(logs, ({ path }) => basename(path)).values()) {
    const rows = copies.flatMap((copy) => copy.rows);
    const isLedger = (row: number): boolean => records.recordOf(row).rank === rank.ledger;
    if (rows.some(isLedger)) yield* rows.filter((row) => !isLedger(row));
  }
}
