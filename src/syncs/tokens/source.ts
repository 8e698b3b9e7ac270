import type {
  TokensOptions,
  TokenEntry,
  TokenSource,
  TokenTotals,
  ProjectTotals,
} from '../../schema/tokens.ts';
import type { SyncContext } from '../sync.ts';

/** Where token counts come from. Sources are told side by side and never added to one another. */
export interface Source {
  readonly name: string;
  /** Whether the snapshot's `projects` are of this source; at most one source's are. */
  readonly tellsProjects: boolean;
  readonly isEnabled: (
    options: TokensOptions,
    secrets: SyncContext<'tokens'>['secrets'],
  ) => boolean;
  /** What it rejects with is the failure of this source alone: what it told before stays. */
  readonly read: (context: SyncContext<'tokens'>) => Promise<SourceReport>;
}

/** What a source tells. Without `usage` everything that it told before stays. */
export interface SourceReport {
  readonly state: TokenSource;
  readonly usage: SourceUsage | null;
  /** How many days that were over have been told anew, and otherwise. */
  readonly revisedDays?: number;
  /** Replaces the cache of the sync; absent leaves it as it is. */
  readonly cache?: Uint8Array;
}

export interface SourceUsage {
  readonly totals: TokenTotals;
  readonly daily: readonly TokenEntry[];
  /** Empty unless the source tells projects. */
  readonly projects: readonly ProjectTotals[];
}
