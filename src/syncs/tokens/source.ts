import type { TokenEntry, TokenSource, TokenTotals, ProjectTotals } from '../../schema/tokens.ts';
import type { TokensOptions } from '../../schema/tokens-options.ts';
import type { PrepareContext, SyncContext } from '../sync.ts';

/** Where token counts come from. Sources are reported separately and never added to one another. */
export interface Source {
  readonly name: string;
  readonly isEnabled: (
    options: TokensOptions,
    secrets: SyncContext<'tokens'>['secrets'],
  ) => boolean;
  /** A rejection is the failure of this source alone: its previous usage is kept. */
  readonly read: ReadSource;
  readonly prepare: (context: FindContext) => Promise<PreparedSource>;
}

/** What does not depend on stored data. */
export type FindContext = Omit<PrepareContext<'tokens'>, 'notice'>;

type ReadSource = (context: SourceContext) => Promise<SourceReport>;

/** What a source will read. */
export interface PreparedSource {
  /** Has the same JSON as in the previous run if the source would report the same. Null if that is unknown. */
  readonly inputs: unknown;
  readonly read: ReadSource;
}

export interface SourceContext extends Omit<SyncContext<'tokens'>, 'cache' | 'notice'> {
  /** The `cache` that the source returned in the previous run; null if it is lost. */
  readonly cache: unknown;
}

export interface SourceReport {
  readonly state: TokenSource;
  /** Null keeps the previous usage. */
  readonly usage: SourceUsage | null;
  /** How many days that were complete in the previous run have changed. */
  readonly revisedDays?: number;
  /** Why a bill or a log can't be read: completes `<reason> — skipping <subject>`. */
  readonly skipped?: { readonly reason: string; readonly subject: string };
  /** Whether something could not be read, which the next run tries again. */
  readonly isIncomplete?: boolean;
  /** Replaces the cache of the source; absent keeps it. */
  readonly cache?: unknown;
}

export interface SourceUsage {
  readonly totals: TokenTotals;
  readonly daily: readonly TokenEntry[];
  readonly projects: readonly ProjectTotals[];
}
