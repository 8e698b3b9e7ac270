import { readConfig } from '../config/config.ts';
import { configIdentity } from '../config/identity.ts';
import { readSecrets, redactor } from '../config/secrets.ts';
import type { Config } from '../schema/config.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import type { RepositoryReader } from '../git/repository.ts';
import { withLock } from '../lock/index.ts';
import type { RunEvent } from './events.ts';
import type { LockState } from '../lock/state.ts';
import { isDue, nextDue, planRun } from '../syncs/plan.ts';
import { runSyncs } from './run-syncs.ts';
import { openStore, type Store } from '../store/store.ts';
import { rotateLog } from '../store/log-file.ts';
import { syncs } from '../syncs/registry.ts';
import type { StopSignal, System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { updateDerived } from './post-run-analytics.ts';
import type { RunNotifier } from '../notify/run-notifier.ts';
import type { RunRequest } from './run-request.ts';
import type { Reporter } from '../output/reporter.ts';
import { createRunContext } from './context.ts';

const signalNumbers: Readonly<Record<StopSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** One locked run of the planned syncs. Answers the exit code. */
export async function executeRun(
  workspace: Workspace,
  flags: RunRequest,
  output: Reporter,
  system: System,
): Promise<number> {
  // Asked for first: an edit while the file is read makes the status look at it again.
  const identity = await configIdentity(workspace);
  const config = await readConfig(workspace);
  const secrets = await readSecrets(workspace, system);
  const outside = isTold(config)
    ? await (
        await import('../notify/run-notifier.ts')
      ).prepareNotifier({ config, workspace, system })
    : null;
  const redact = redactor({ ...outside?.secrets, ...secrets });
  const store = openStore(workspace);
  const plan = planRun(config, flags.only ?? null);
  const dueNow = async (): Promise<Date | null> => {
    if (flags.ifDue !== true) return null;
    const { status } = await store.readStatus();
    const due = nextDue(plan, status, config.intervalMinutes, system.now());
    return isDue(due, system.now()) ? null : due;
  };

  const stop = new AbortController();
  const stopped: { by: StopSignal | null } = { by: null };
  using _listener = system.onStopSignal((signal) => {
    // The second one does not wait for anything; the lock's exit hook lets the lock go.
    if (stopped.by !== null) system.exit(128 + signalNumbers[signal]);
    stopped.by = signal;
    output.emit({ type: 'stopped', signal });
    stop.abort(new Error(`stopped by ${signal}`));
  });

  const told: { notifier: RunNotifier | null } = { notifier: null };
  const work = async (stage: string | null, signal: AbortSignal): Promise<number> => {
    // Judged under the lock: another run may have taken its turn since the quick look.
    const late = await dueNow();
    if (late !== null) return output.notDue(late);
    await using world = await createRunContext({
      workspace,
      config,
      store,
      system,
      secrets,
      stage,
      signal,
    });
    const trigger = flags.scheduled === true ? 'scheduled' : 'manual';
    const { startedAt } = world.shared;
    if (stage !== null && outside !== null) {
      const [run, { emit }] = [startedAt.toISOString(), output];
      told.notifier = outside.notifyRun({ store, run, redact, emit, signal: stop.signal });
    }
    const emit = (event: RunEvent): void => {
      told.notifier?.hear(event);
      output.emit(event);
    };
    const record = await runSyncs({
      plan,
      config,
      configIdentity: identity,
      trigger,
      syncs,
      shared: world.shared,
      store,
      stage,
      signal,
      redact,
      emit,
    }).catch(async (error: unknown) => {
      if (stage !== null) await told.notifier?.failed(error, stage);
      throw error;
    });
    if (stage !== null && !signal.aborted) {
      await keepRepositories(store, stage, world.shared.repositories);
    }
    output.finished(record);
    if (stage !== null) {
      await updateDerived(stage, record, {
        workspace,
        store,
        config,
        startedAt,
        signal,
        redact,
        emit,
      });
      const { textfile } = config.metrics;
      if (textfile !== undefined && !signal.aborted) {
        const { writeMetrics: keepMetrics } = await import('../metrics/write-metrics.ts');
        await keepMetrics(textfile, { workspace, config, store, system, emit });
      }
      await told.notifier?.finished(stage);
    }
    if (stopped.by !== null) return 128 + signalNumbers[stopped.by];
    return record.outcome === 'error' ? exitCodes.failed : exitCodes.done;
  };

  try {
    if (flags.dryRun === true) return await work(null, stop.signal);
    const result = await withLock(
      {
        workspace,
        staleMs: config.lock.staleMinutes * 60_000,
        waitMs: (flags.wait ?? 0) * 1000,
        system,
        signal: stop.signal,
        onEvent: output.lockEvent,
      },
      async (lock) => {
        if (flags.scheduled === true) await rotateLog(workspace.log);
        return work(lock.stage, AbortSignal.any([stop.signal, lock.lost]));
      },
    );
    return result.held ? result.value : locked(result.holder, flags, output.skipped);
  } catch (error) {
    // A stop while waiting for the lock, or before the first sync, is no error.
    if (stopped.by !== null && error === stop.signal.reason) return 128 + signalNumbers[stopped.by];
    throw error;
  } finally {
    await told.notifier?.deliver();
    await output.close();
  }
}

/** Whether somebody is told of the runs: only then what tells them is loaded. */
const isTold = ({ notify }: Config): boolean =>
  notify.ping !== undefined ||
  notify.webhook !== undefined ||
  notify.command !== undefined ||
  notify.desktop;

/** What was learned of repositories spares the next run the work; without it that takes longer, no more. */
async function keepRepositories(
  store: Store,
  stage: string,
  repositories: RepositoryReader,
): Promise<void> {
  try {
    await store.saveRepositories(stage, await repositories.serialize());
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'io') throw error;
  }
}

function locked(
  holder: LockState,
  flags: RunRequest,
  skipped: (holder: LockState) => number,
): number {
  if (flags.failIfLocked !== true) return skipped(holder);
  throw new UserError('locked', 'Sync already in progress (lock file exists)', {
    hint: 'wait for it with --wait SECONDS, or see `sync-runner status`',
  });
}
