import { createHash } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../schema/config.ts';
import type { RunRecord } from '../schema/status.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import { updateDerivedFiles, type AutoUpdatedPage } from '../analytics/update-derived.ts';
import type { RunEvent } from './events.ts';
import type { Store } from '../store/store.ts';
import type { Workspace } from '../config/workspace.ts';
import { verdictOf } from './report-health.ts';

/**
 * Brings what is made of the snapshots up to date after a run. That it can't be done is a warning: the run
 * has stored what it found. Throws `UserError` LOCK_LOST, and the signal's reason.
 */
export async function updateDerived(
  stage: string,
  record: RunRecord,
  options: {
    readonly workspace: Workspace;
    readonly store: Store;
    readonly config: Config;
    readonly startedAt: Date;
    readonly signal: AbortSignal;
    readonly redact: (text: string) => string;
    readonly emit: (event: RunEvent) => void;
  },
): Promise<void> {
  const { workspace, store, config, startedAt, signal, redact, emit } = options;
  if (isAborted(signal)) return;
  const { version } = packageJson;
  try {
    const what = { workspace, store, config, version, now: startedAt, signal };
    await updateDerivedFiles(stage, what, await keptPage(options));
  } catch (error) {
    if (isAborted(signal) || (error instanceof UserError && error.code === 'lock-lost'))
      throw error;
    if (!(error instanceof UserError || error instanceof FileError)) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      emit({ type: 'bug', stack: redact(stack) });
      return;
    }
    // A damaged snapshot has failed its sync already, unless that was not taken.
    if (error instanceof UserError && error.code === 'data' && record.outcome === 'error') return;
    const message = redact(error.message);
    emit({
      type: 'warning',
      warning: { code: 'not-derived', subject: workspace.analytics, message },
    });
  }
}

/** The page, when it is to be kept up to date. */
async function keptPage(options: {
  readonly workspace: Workspace;
  readonly store: Store;
  readonly config: Config;
}): Promise<AutoUpdatedPage | null> {
  if (!options.config.report.autoUpdate) return null;
  const verdict = await verdictOf(options);
  return {
    key: createHash('sha256').update(JSON.stringify(verdict)).digest('base64url'),
    render: async (analytics) => {
      const { reportPage } = await import('../report/report-page.ts');
      return reportPage({ analytics, verdict });
    },
  };
}

/** Asked anew each time: it changes while something is awaited. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
