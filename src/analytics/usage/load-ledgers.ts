import { readConfig } from '../../config/config.ts';
import type { Workspace } from '../../config/workspace.ts';
import type { StoredData } from '../overview.ts';
import { readStoredData } from '../read-stored-data.ts';
import { createUsageProjectFinder } from '../project-of-path.ts';
import { budgetStates } from './budget-states.ts';
import { ledgersOf, type Ledger } from './ledgers.ts';
import { currentUsage } from './token-analytics.ts';
import type { BudgetState } from '../../schema/usage-analytics.ts';
import { budgetsOf } from '../../schema/budgets.ts';
import type { Config } from '../../schema/config.ts';
import type { StatusFile } from '../../schema/status.ts';
import type { Day } from '../../schema/timestamp.ts';
import type { NamedUsage } from './usage-windows.ts';
import { readStatusFile } from '../../store/status-file.ts';
import type { System } from '../../system/system.ts';
import { dayIn } from '../../util/dates.ts';

export interface StoredLedgers {
  readonly config: Config;
  readonly stored: StoredData;
  readonly status: StatusFile | null;
  /** The usage of each source, empty without `tokens.json`. */
  readonly sources: readonly NamedUsage[];
  readonly ledgers: readonly Ledger[];
  /** The configured budgets in the current month. */
  readonly budgets: readonly BudgetState[];
  /** Returns the id of the project that contains a path. */
  readonly projectOf: (path: string) => string | null;
  readonly today: Day;
}

/** Reads the data and returns the ledgers as of today. Throws `UserError` with code `config`, `data` or `io`. */
export async function loadLedgers(workspace: Workspace, system: System): Promise<StoredLedgers> {
  const config = await readConfig(workspace);
  const { timeZone } = config.tokens;
  const [stored, status] = await Promise.all([
    readStoredData(workspace),
    readStatusFile(workspace),
  ]);
  const now = system.now();
  const readAt = status?.syncs.tokens.lastSuccess ?? null;
  const { tokens, projects } = stored;
  const sources = tokens === null ? [] : currentUsage(tokens, { timeZone, now, readAt });
  const ledgers = ledgersOf(sources);
  const projectOf = createUsageProjectFinder(projects, tokens);
  const budgets = budgetStates(budgetsOf(config.tokens), {
    sources,
    agents: ledgers.find(({ name }) => name === 'agents') ?? null,
    projects,
    projectOf,
  });
  const today = dayIn(timeZone)(now);
  return { config, stored, status, sources, ledgers, budgets, projectOf, today };
}
