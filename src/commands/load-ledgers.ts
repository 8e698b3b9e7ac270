import { readConfig } from '../config/config.ts';
import type { Workspace } from '../config/workspace.ts';
import type { StoredData } from '../analytics/overview.ts';
import { readStoredData } from '../analytics/read-stored-data.ts';
import { ledgersOf, type Ledger } from '../analytics/usage/ledgers.ts';
import type { Config } from '../schema/config.ts';
import type { StatusFile } from '../schema/status.ts';
import type { Day } from '../schema/timestamp.ts';
import { readStatusFile } from '../store/status-file.ts';
import type { System } from '../system/system.ts';
import { dayIn } from '../util/dates.ts';

export interface StoredLedgers {
  readonly config: Config;
  readonly stored: StoredData;
  readonly status: StatusFile | null;
  /** Empty without `tokens.json`. */
  readonly ledgers: readonly Ledger[];
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
  const ledgers = stored.tokens === null ? [] : ledgersOf(stored.tokens, { timeZone, now, readAt });
  return { config, stored, status, ledgers, today: dayIn(timeZone)(now) };
}
