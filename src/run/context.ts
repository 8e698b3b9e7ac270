import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../config/config.ts';
import { configKey } from '../config/config-key.ts';
import { readSecrets, redactor } from '../config/secrets.ts';
import type { Workspace } from '../config/workspace.ts';
import { createRepositoryReader } from '../git/reader.ts';
import { lockLost } from '../lock/index.ts';
import type { RunNotifier } from '../notify/run-notifier.ts';
import type { Config } from '../schema/config.ts';
import { hasChannels } from '../schema/notify.ts';
import type { RunRecord } from '../schema/status.ts';
import type { SyncName } from '../schema/sync-names.ts';
import { toTimestamp } from '../util/dates.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Plan } from '../syncs/plan.ts';
import { nextDueAfter } from '../config/timing.ts';
import type { SyncContext } from '../syncs/sync.ts';
import type { System } from '../system/system.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { toFileError } from '../util/fs.ts';
import type { RunEvent } from './events.ts';
import { createRunDiscovery } from './run-discovery.ts';
import type { RunRequest } from './run-request.ts';

type Emit = (event: RunEvent) => void;

/** The settings that a run reads before it takes the lock. */
export interface RunSettings {
  readonly workspace: Workspace;
  readonly config: Config;
  readonly configKey: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly redact: (text: string) => string;
  readonly store: Store;
  /** Null if the configuration has no channel. */
  readonly startNotifier:
    ((context: RunContext, emit: Emit, signal: AbortSignal) => RunNotifier) | null;
}

/** Reads the configuration and the secrets. Throws `UserError` with code `config` or `secrets`. */
export async function loadSettings(workspace: Workspace, system: System): Promise<RunSettings> {
  // Before the file is read, so that an edit in between makes the cached status outdated.
  const key = await configKey(workspace);
  const config = await readConfig(workspace);
  const secrets = await readSecrets(workspace, system);
  const channels = hasChannels(config.notify)
    ? await (
        await import('../notify/run-notifier.ts')
      ).prepareNotifier({ config, workspace, system })
    : null;
  const redact = redactor({ ...channels?.secrets, ...secrets });
  const store = openStore(workspace);
  return {
    workspace,
    config,
    configKey: key,
    secrets,
    redact,
    store,
    startNotifier:
      channels === null
        ? null
        : ({ runId }, emit, signal) =>
            channels.notifyRun({ store, run: runId, redact, emit, signal }),
  };
}

/** The context that all syncs share, so that their files agree. */
type SharedContext = Pick<
  SyncContext<SyncName>,
  'root' | 'system' | 'startedAt' | 'secrets' | 'discover' | 'repositories' | 'isBillDue'
>;

export interface RunContext extends RunSettings, AsyncDisposable {
  readonly plan: Plan;
  readonly runId: string;
  readonly trigger: RunRecord['trigger'];
  /** Commits are prepared in this directory inside the lock; null in a dry run, which writes nothing. */
  readonly stage: string | null;
  /** Aborted by a stop signal and when the lock is lost. */
  readonly signal: AbortSignal;
  readonly emit: Emit;
  readonly shared: SharedContext;
  /** Saves the caches that the syncs share for the next run. Throws `UserError` with code `lock-lost`. */
  readonly saveSharedCaches: () => Promise<void>;
}

/** The scratch directory of the context is inside the lock, so that the next run removes it after a crash. */
export async function createRunContext(options: {
  readonly settings: RunSettings;
  readonly request: RunRequest;
  readonly plan: Plan;
  readonly stage: string | null;
  readonly signal: AbortSignal;
  readonly system: System;
  readonly emit: Emit;
}): Promise<RunContext> {
  const { settings, request, plan, stage, signal, system, emit } = options;
  const { workspace, config, store, secrets } = settings;
  const scratch = await createScratchDir(stage, system);
  const cache = await store.readCache('repositories');
  const { trustedOwners } = config.projects;
  const repositories = createRepositoryReader({ system, signal, scratch, cache, trustedOwners });
  const startedAt = system.now();
  const discovery = await createRunDiscovery({
    ...{ store, repositories, signal },
    workspaceRoot: workspace.root,
    home: system.home,
    options: config.projects,
  });
  return {
    ...settings,
    plan,
    runId: toTimestamp(startedAt),
    trigger: request.scheduled === true ? 'scheduled' : 'manual',
    stage,
    signal,
    emit,
    shared: {
      root: workspace.root,
      system,
      startedAt,
      secrets,
      discover: discovery.discover,
      repositories,
      isBillDue: billCheck(config, request, startedAt),
    },
    saveSharedCaches: async () => {
      if (stage === null || signal.aborted) return;
      try {
        await store.saveCache(stage, 'repositories', (await repositories.serialize()) ?? undefined);
        await discovery.save(stage);
      } catch (error) {
        // Without the cache, the next run only takes longer.
        if (!(error instanceof UserError) || error.code !== 'io') throw error;
      }
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await rm(scratch, { recursive: true, force: true });
      } catch (error) {
        // The release of the lock removes it, too, and reports the failure.
        if (errnoOf(error) === null) throw error;
      }
    },
  };
}

/** A run that does not check what is due reads every bill. */
function billCheck(
  config: Config,
  { ifDue }: RunRequest,
  now: Date,
): ((readAt: Date) => boolean) | undefined {
  const { syncSchedules, quietHours } = config;
  const { bills } = syncSchedules;
  if (bills === undefined) return undefined;
  return (readAt) => {
    if (ifDue !== true) return true;
    const due = nextDueAfter(bills, quietHours, startOfMinute(readAt));
    return due !== null && due <= now;
  };
}

const startOfMinute = (at: Date): Date => new Date(at.getTime() - (at.getTime() % 60_000));

/** Throws `FileError`, or `UserError` with code `lock-lost` if the stage no longer exists. */
async function createScratchDir(stage: string | null, system: System): Promise<string> {
  const path = stage === null ? join(system.tmpDir, 'sync-runner-') : join(stage, 'scratch');
  try {
    if (stage === null) return await mkdtemp(path);
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    throw stage !== null && errnoOf(error) === 'ENOENT' ? lockLost() : toFileError(error, path);
  }
}
