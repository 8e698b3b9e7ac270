import type { DiagnosticCode } from '../util/diagnostic-codes.ts';
import { diagnostic } from '../util/diagnostic.ts';
import type { HealthFacts } from '../health/load-health-facts.ts';
import type { RunNotifier } from '../notify/run-notifier.ts';
import type { Config } from '../schema/config.ts';
import type { RunRecord } from '../schema/status.ts';
import { hasChannels } from '../schema/notify.ts';
import type { Reporter } from '../output/reporter.ts';
import { lazy } from '../util/async.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import type { RunContext } from './context.ts';
import { emitBug, rethrowLostLock } from './run-sync.ts';

interface PostRunContext extends RunContext {
  readonly stage: string;
  readonly record: RunRecord;
  readonly notifier: RunNotifier | null;
  /** Reads the facts from which the health is assessed once. */
  readonly loadHealth: () => Promise<HealthFacts>;
}

/** A step after the status is stored. Its failure is a warning and changes neither outcome nor exit code. */
interface PostRunStep {
  readonly name: string;
  readonly isEnabled: (config: Config) => boolean;
  /** Code of the warning. */
  readonly failureCode: DiagnosticCode;
  /** Whether the step is executed after a stop signal, too. */
  readonly runsAfterStop: boolean;
  /** Loads its module only when it is enabled. */
  readonly run: (context: PostRunContext) => Promise<void>;
}

/** All steps, in the order of execution. */
export const postRunSteps = [
  {
    name: 'analytics',
    isEnabled: () => true,
    failureCode: 'analytics-not-updated',
    runsAfterStop: false,
    run: async ({ workspace, store, config, shared, stage, signal, record }) => {
      const { updateAnalytics } = await import('../analytics/update-analytics.ts');
      const now = shared.startedAt;
      try {
        await updateAnalytics(stage, { workspace, store, config, now, signal });
      } catch (error) {
        // The sync that owns the damaged snapshot has reported it, if it ran.
        const isReported = record.outcome === 'error';
        if (!(isReported && error instanceof UserError && error.code === 'data')) throw error;
      }
    },
  },
  {
    name: 'report',
    isEnabled: ({ report }) => report.autoUpdate,
    failureCode: 'report-not-updated',
    runsAfterStop: false,
    run: async (context) => {
      const { updateReport } = await import('./update-report.ts');
      const { system } = context.shared;
      await updateReport(context.stage, { ...context, system, now: system.now() });
    },
  },
  {
    name: 'metrics',
    isEnabled: ({ metrics }) => metrics.textfile !== undefined,
    failureCode: 'metrics-not-written',
    runsAfterStop: false,
    run: async ({ workspace, config, shared, store, loadHealth, emit }) => {
      const { writeMetrics } = await import('../metrics/write-metrics.ts');
      const { textfile = '' } = config.metrics;
      const { system } = shared;
      await writeMetrics(textfile, { workspace, config, store, system, loadHealth, emit });
    },
  },
  {
    name: 'notifications',
    isEnabled: ({ notify }) => hasChannels(notify),
    failureCode: 'notification-failed',
    runsAfterStop: true,
    run: async ({ notifier, stage, loadHealth }) => {
      await notifier?.finished(stage, await loadHealth());
    },
  },
] as const satisfies readonly PostRunStep[];

/** Executes the enabled steps; none in a dry run. Throws `UserError` with code `lock-lost`. */
export async function runPostRunSteps(
  record: RunRecord,
  notifier: RunNotifier | null,
  context: RunContext,
): Promise<void> {
  const { stage, config, signal, emit, redact } = context;
  if (stage === null) return;
  const loadHealth = lazy(async () => {
    const { loadRunHealth } = await import('../health/load-health-facts.ts');
    const { workspace, store, shared } = context;
    const { status } = await store.readStatus();
    return loadRunHealth(workspace, { config, status }, shared.system);
  });
  const steps: readonly PostRunStep[] = postRunSteps;
  for (const step of steps.filter(({ isEnabled }) => isEnabled(config))) {
    if (signal.aborted && !step.runsAfterStop) continue;
    try {
      await step.run({ ...context, stage, record, notifier, loadHealth });
    } catch (error) {
      rethrowLostLock(signal);
      if (error instanceof UserError && error.code === 'lock-lost') throw error;
      if (error === signal.reason) continue;
      if (error instanceof UserError || error instanceof FileError) {
        const details = { subject: step.name, message: redact(error.message) };
        emit({ type: 'warning', warning: diagnostic(step.failureCode, details) });
      } else emitBug(error, context);
    }
  }
}

/**
 * Returns the last step, which publishes the data in the database of the fleet; null if none is configured. It is
 * executed after the lock was released, because it waits for another machine. It never throws.
 */
export function publishStep(
  { config, workspace, shared, trigger, redact }: RunContext,
  { signal, reporter }: { readonly signal: AbortSignal; readonly reporter: Reporter },
): (() => Promise<void>) | null {
  if (config.fleet.url === undefined) return null;
  const { emit } = reporter;
  return async () => {
    try {
      const { publishAfterRun } = await import('../publish/publish-after-run.ts');
      const warning = await publishAfterRun({
        ...{ workspace, config, signal, system: shared.system },
        isScheduled: trigger === 'scheduled',
      });
      if (warning !== null) emit({ type: 'warning', warning });
    } catch (error) {
      if (error !== signal.reason) emitBug(error, { redact, emit });
    }
  };
}
