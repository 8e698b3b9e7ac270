import { basename } from 'node:path';
import type { TokenUsage } from './token-usage.ts';

/** The kinds of records: growth of the running total of a thread, and the usage of a response. */
export const rank = { tokenCount: 0, response: 1 } as const;

/** The facts at the end of a rollout, for its next lines and for `excludeRows`. */
export interface RolloutState {
  threadId: string;
  /** The thread that this one was forked from or spawned by. */
  parentId: string | null;
  startMs: number | null;
  /** Lines with a lower ordinal are copied from the parent. */
  historyStart: number | null;
  hasHeader: boolean;
  model: string | null;
  cwd: string | null;
  /** The service tier as Codex names it; null for the standard one. */
  tier: string | null;
  /** The last running total. */
  total: TokenUsage | null;
  /** The number of records of running totals. */
  tokenCounts: number;
  /** As many had been found at the start of the current turn. */
  tokenCountsBeforeTurn: number;
  /** How many of the first ones are copied from the parent, if the log marks where its own start. */
  copied: number | null;
  /** The last responses, until it is known which of them compacted the history. */
  readonly recent: RecentResponse[];
  /** Ids of the compactions, also before their response. */
  compactions: readonly string[];
}

interface RecentResponse {
  readonly id: string;
  readonly usage: TokenUsage;
  /** Whether the running total has grown by this usage since. */
  isInTotal: boolean;
}

/** The name of a rollout ends with the id of its thread. */
export const newState = (path: string): RolloutState => ({
  threadId: /([0-9a-f-]{36})\.jsonl(?:\.zst)?$/.exec(basename(path))?.[1] ?? '',
  parentId: null,
  startMs: null,
  historyStart: null,
  hasHeader: false,
  model: null,
  cwd: null,
  tier: null,
  total: null,
  tokenCounts: 0,
  tokenCountsBeforeTurn: 0,
  copied: null,
  recent: [],
  compactions: [],
});
