import { readSecrets } from '../config/secrets.ts';
import type { Config } from '../schema/config.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import { diagnostic, failureDiagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { channelsOf, secretNamesOf, secretTextsOf, type Channels } from './channels.ts';
import { createNotifier } from './notifier.ts';
import { judgeRun } from './verdict.ts';
import type { RunEvent } from '../run/events.ts';
import type { Store } from '../store/store.ts';
import type { System } from '../system/system.ts';
import { sanitizeLine } from '../util/text.ts';
import { logLine } from '../output/run-text.ts';
import type { Workspace } from '../config/workspace.ts';

/** Sends pings and messages about a run. No method throws or changes the result of the run. */
export interface RunNotifier {
  /** Adds an event of the run to the log that the failure ping contains. */
  readonly hear: (event: RunEvent) => void;
  /** Called when the run has stored its status. */
  readonly finished: (stage: string) => Promise<void>;
  /** Called when the run ended with an error outside its syncs. */
  readonly failed: (error: unknown, stage: string) => Promise<void>;
  /** Called when the lock was released. */
  readonly deliver: () => Promise<void>;
}

interface Place {
  readonly config: Config;
  readonly workspace: Workspace;
  readonly system: System;
}

/**
 * Reads the configured channels and the secrets to redact from output. Throws `UserError` SECRETS.
 */
export async function prepareNotifier(place: Place): Promise<{
  readonly secrets: Readonly<Record<string, string>>;
  readonly notifyRun: (run: RunToTell) => RunNotifier;
}> {
  const { config, workspace, system } = place;
  const { notify } = config;
  const secrets = await readSecrets(workspace, system, secretNamesOf(notify));
  const channels = channelsOf(notify, secrets, { system, workspace });
  return {
    secrets: secretTextsOf(notify, secrets),
    notifyRun: (run) => notifyRun(channels, { ...place, ...run }),
  };
}

interface RunToTell {
  readonly store: Store;
  readonly run: Timestamp;
  readonly redact: (text: string) => string;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

function notifyRun(channels: Channels, options: Place & RunToTell): RunNotifier {
  const { config, store, system, emit } = options;
  const log: string[] = [];
  const warn = (message: string): void => {
    emit({
      type: 'warning',
      warning: diagnostic('notification-failed', { subject: 'notify', message }),
    });
  };
  const notifier = createNotifier({
    ...options,
    channels,
    staleMs: config.lock.staleMinutes * 60_000,
    warn,
  });
  notifier.started();
  return {
    hear: (event) => {
      const lines = (logLine(event, system.now()) ?? '').split('\n').filter((line) => line !== '');
      log.push(...lines.map((line) => `${sanitizeLine(line, 2000)}\n`));
    },
    finished: async (stage) => {
      const { status } = await store.readStatus();
      if (status !== null) await notifier.decide(judgeRun(status, config), stage);
    },
    failed: async (error, stage) => {
      // Another run holds the lock and reports its own result.
      if (error instanceof UserError && error.code === 'lock-lost') return;
      const { code, message, hint } =
        error instanceof UserError
          ? error
          : { code: 'unexpected', message: String(error), hint: null };
      log.push(`${sanitizeLine(message, 2000)}\n`);
      const problems = [failureDiagnostic({ code, message, hint })];
      await notifier.decide({ state: 'bad', problems }, stage);
    },
    deliver: () => notifier.deliver(log.join('')),
  };
}
