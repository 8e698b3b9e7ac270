import type { Log, ParsedEntry, SkipReason } from '../agent.ts';
import type { RecordTable } from '../records/record-table.ts';
import type { Checkpoint } from '../state.ts';

/** Adds the records of a log, and counts what was skipped. */
export interface Sink {
  readonly add: (entry: ParsedEntry) => void;
  readonly skip: (reason: SkipReason, count: number) => void;
  readonly result: () => Pick<Checkpoint, 'project' | 'skipped'>;
}

export function createSink(records: RecordTable, log: Log, checkpoint: Checkpoint): Sink {
  let { project } = checkpoint;
  const skipped = { ...checkpoint.skipped };
  const skip = (reason: SkipReason, count: number): void => {
    if (count > 0) skipped[reason] = (skipped[reason] ?? 0) + count;
  };
  return {
    add: (entry) => {
      if (typeof entry === 'string') {
        skip(entry, 1);
        return;
      }
      project ??= entry.project;
      records.add(log, entry);
    },
    skip,
    result: () => ({ project, skipped }),
  };
}
