import { syncSchemas, type Options, type SyncName } from '../../src/schema/syncs.ts';
import type { Diagnostic } from '../../src/util/diagnostic.ts';
import type { Discovery } from '../../src/discovery/discovery.ts';
import { nodeSystem } from '../../src/system/node.ts';
import type { RepositoryReader } from '../../src/git/repository.ts';
import type { SyncContext } from '../../src/syncs/sync.ts';
import type { System } from '../../src/system/system.ts';

/** Returns the context that a run passes to a sync; `warnings` and `notices` collect the messages of the sync. */
export function syncContext<Name extends SyncName>(
  name: Name,
  root: string,
  changes: Partial<Omit<SyncContext<Name>, 'options'>> & {
    readonly options?: object;
    readonly found?: Partial<Discovery>;
  } = {},
): SyncContext<Name> & { readonly warnings: Diagnostic[]; readonly notices: string[] } {
  const { options, found, ...rest } = changes;
  const warnings: Diagnostic[] = [];
  const notices: string[] = [];
  return {
    root,
    options: syncSchemas[name].options.parse(options ?? {}) as Options<Name>,
    system: testSystem(),
    startedAt: new Date('2026-11-23T08:45:00.000Z'),
    signal: new AbortController().signal,
    remainingMs: () => 600_000,
    warn: (warning) => warnings.push(warning),
    notice: (message) => notices.push(message),
    progress: () => undefined,
    secrets: {},
    previous: null,
    lastSuccess: null,
    readLatestHistory: () => Promise.resolve([]),
    cache: null,
    discover: () => Promise.resolve({ ...emptyDiscovery, ...found }),
    repositories: noRepositories,
    warnings,
    notices,
    ...rest,
  };
}

/** The result of a discovery that found nothing. */
export const emptyDiscovery: Discovery = {
  ...{ roots: [], projects: [], warnings: [] },
  ...{ missing: new Set(), inGracePeriod: new Set(), unreadable: new Map() },
};

const reject = (): Promise<never> =>
  Promise.reject(new Error('this test has no repository reader'));
const noRepositories: RepositoryReader = {
  expectHistories: () => undefined,
  open: reject,
  prefetchCommits: reject,
  close: reject,
  hasRevision: reject,
  serialize: reject,
  status: reject,
  trackedFiles: reject,
  sizes: reject,
  files: reject,
  lastCommit: reject,
  unpushed: reject,
  commitCount: reject,
  commitDays: reject,
  changedLines: reject,
  recentChanges: reject,
  hasCommit: reject,
};

// Created once: each one adds error listeners to stdout and stderr.
const realSystem = nodeSystem();

/** Returns the real system without output, with the given changes. */
export function testSystem(changes: Partial<System> = {}): System {
  const silent = { write: () => undefined, isTerminal: false, color: false, columns: 80 };
  return { ...realSystem, stdout: silent, stderr: silent, ...changes };
}
