import { readSecrets } from '../config/secrets.ts';
import type { Workspace } from '../config/workspace.ts';
import type { Config } from '../schema/config.ts';
import { readFleetFile, readPublishedCache } from '../store/fleet-files.ts';
import type { System } from '../system/system.ts';
import { maxChunkBytes, nextChunk, toPublishedState } from './rows/chunk.ts';
import { hostNameOf, identityFor } from './identity.ts';
import { readLocalState } from './rows/local-state.ts';
import { hostFacts } from './rows/host-facts.ts';

/** What `publish` would send. */
export interface DryRun {
  /** What every push contains, without the secret. */
  readonly host: object;
  readonly pushes: readonly Readonly<Record<string, unknown>>[];
  readonly rows: number;
}

/**
 * Returns what would leave this machine, without writing or connecting to anything. Before the first publication, and
 * without `data/cache/fleet.bin`, that is everything.
 */
export async function dryRun(
  workspace: Workspace,
  config: Config,
  system: System,
): Promise<DryRun> {
  const { fleet: options } = config;
  const secrets = await readSecrets(workspace, system);
  const host = hostNameOf(options, system.processInfo.host);
  const identity = identityFor(options, host, await readFleetFile(workspace));
  const cached = await readPublishedCache(workspace, identity);
  const local = await readLocalState({ workspace, options, identity, secrets }, cached);
  const published = toPublishedState(cached);
  const pushes: Readonly<Record<string, unknown>>[] = [];
  let rows = 0;
  for (;;) {
    const chunk = await nextChunk({
      ...{ workspace, local, published },
      refused: cached?.refused ?? new Map<string, string>(),
      maxParts: Infinity,
      maxBytes: maxChunkBytes,
    });
    if (chunk === null) break;
    chunk.apply(published);
    pushes.push(chunk.payload);
    rows += chunk.rows;
  }
  const timeZone = config.tokens.timeZone;
  const facts = await hostFacts({ workspace, host, options, timeZone, system });
  const { id, secret, parent } = identity;
  return { host: { id, secret: secret === null ? null : '***', parent, ...facts }, pushes, rows };
}
