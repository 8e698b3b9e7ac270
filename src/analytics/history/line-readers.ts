import * as z from 'zod/mini';
import { timestamp } from '../../schema/timestamp.ts';
import { projectsHistoryEntry } from '../../schema/projects.ts';
import { qualityHistoryEntry } from '../../schema/quality.ts';
import type { SeriesLine } from './series.ts';

const qualityLine = z.extend(
  z.pick(qualityHistoryEntry, { key: true, coverage: true, todos: true, techDebt: true }),
  { run: timestamp },
);
const projectsLine = z.extend(
  z.pick(projectsHistoryEntry, { key: true, commits: true, state: true }),
  { run: timestamp },
);

/** Return the values of a history line that analytics use; null for an invalid line. */
export const lineReaders = {
  /** Values: coverage in percent, TODOs, tech debt. */
  quality: (line: unknown): SeriesLine | null => {
    const { success, data } = qualityLine.safeParse(line);
    if (!success) return null;
    const { run, key, coverage, todos, techDebt } = data;
    return { run, key, values: [coverage, todos, techDebt] };
  },
  /** Values: commits, state. */
  projects: (line: unknown): SeriesLine | null => {
    const { success, data } = projectsLine.safeParse(line);
    return success ? { run: data.run, key: data.key, values: [data.commits, data.state] } : null;
  },
} as const;
