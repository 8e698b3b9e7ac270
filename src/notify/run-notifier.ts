import type { Overview } from '../analytics/overview.ts';
import { readSecrets } from '../config/secrets.ts';
import type { Workspace } from '../config/workspace.ts';
import { withLock } from '../lock/index.ts';
import { logLine } from '../output/commands/run-text.ts';
import type { HealthFacts } from '../health/load-health-facts.ts';
import type { RunEvent } from '../run/events.ts';
import type { Config } from '../schema/config.ts';
import type { ChannelName, NotificationsFile } from '../schema/notify.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import type { Store } from '../store/store.ts';
import type { System } from '../system/system.ts';
import { diagnostic } from '../util/diagnostic.ts';
import { messageOf, UserError } from '../util/errors.ts';
import { failureOf } from '../util/failure.ts';
import { sanitizeLine } from '../util/text.ts';
import { rollback } from './alert-state.ts';
import { assessRun, type RunAssessment } from './assess-run.ts';
import {
  createChannels,
  secretNamesOf,
  secretsToRedact,
  type Channel,
  type Channels,
} from './channels/registry.ts';
import { dueMessages } from './due-messages.ts';
import { ping, runUuid, type PingKind } from './heartbeat.ts';
import type { EventType, Message } from './message.ts';
import { rollbackNotices, type Notice } from './notices.ts';

/** Maximum time that sending pings and messages may add to a run, in milliseconds. */
const budgetMs = 8000;
/** Share of `budgetMs` that the start ping may use. */
const startBudgetMs = 4000;
/** Maximum wait for the lock when undelivered messages are rolled back, in milliseconds. */
const rollbackWaitMs = 1000;

interface NotifierContext {
  readonly config: Config;
  readonly workspace: Workspace;
  readonly system: System;
}

interface NotifiedRun {
  readonly store: Store;
  /** Start time of the run, which identifies it. */
  readonly run: Timestamp;
  readonly redact: (text: string) => string;
  readonly emit: (event: RunEvent) => void;
  /** Aborted by a stop signal. */
  readonly signal: AbortSignal;
}

/** Reads the configured channels and the secrets to redact from output. Throws `UserError` with code `secrets`. */
export async function prepareNotifier(context: NotifierContext): Promise<{
  readonly secrets: Readonly<Record<string, string>>;
  readonly notifyRun: (run: NotifiedRun) => RunNotifier;
}> {
  const { config, workspace, system } = context;
  const { notify } = config;
  const secrets = await readSecrets(workspace, system, secretNamesOf(notify));
  const channels = await createChannels(notify, secrets, { system, workspace });
  return {
    secrets: secretsToRedact(notify, secrets),
    notifyRun: (run) => new RunNotifier(channels, { ...context, ...run }),
  };
}

/** Sends pings and messages about one run. No method throws or changes the result of the run. */
export class RunNotifier {
  private readonly channels: Channels;
  private readonly options: NotifierContext & NotifiedRun;
  private readonly rid: string;
  private readonly log: string[] = [];
  private readonly startPing: { readonly end: AbortController; readonly sent: Promise<void> };
  private assessment: RunAssessment = { state: 'unknown', hasError: false, diagnostics: [] };
  private before: NotificationsFile | null = null;
  private messages: readonly { readonly channel: Channel; readonly message: Message }[] = [];

  /** Sends the start ping in the background. */
  constructor(channels: Channels, options: NotifierContext & NotifiedRun) {
    this.channels = channels;
    this.options = options;
    this.rid = runUuid(options.workspace.root, options.run);
    for (const warning of channels.diagnostics) options.emit({ type: 'warning', warning });
    const end = new AbortController();
    const signal = AbortSignal.any([options.signal, end.signal]);
    this.startPing = { end, sent: this.sendPing('start', '', signal) };
  }

  /** Adds an event of the run to the log that the failure ping contains. */
  onEvent(event: RunEvent): void {
    const text = logLine(event, this.options.system.now()) ?? '';
    const lines = text.split('\n').filter((line) => line !== '');
    this.log.push(...lines.map((line) => `${sanitizeLine(line, 2000)}\n`));
  }

  /** Records the messages that are due after the run has stored its status. Requires the lock. */
  async finished(stage: string, health: HealthFacts): Promise<void> {
    const { minSeverity } = this.options.config.notify;
    await this.recordMessages(assessRun(health, minSeverity), stage, health.overview ?? null);
  }

  /** Records the messages that are due when the run ended with an error outside its syncs. */
  async failed(error: unknown, stage: string): Promise<void> {
    // Another run holds the lock and reports its own result.
    if (error instanceof UserError && error.code === 'lock-lost') return;
    const failure = failureOf(error);
    this.log.push(`${sanitizeLine(failure.message, 2000)}\n`);
    const diagnostics = [failure];
    await this.recordMessages({ state: 'failing', hasError: true, diagnostics }, stage, null);
  }

  /**
   * Sends the messages after the lock was released. Because they were recorded first, each is sent at most
   * once, even if the process is killed in between. A message that certainly did not arrive is removed from
   * the record, so that the next run sends it again.
   */
  async deliver(): Promise<void> {
    const { end, sent } = this.startPing;
    const { state, hasError } = this.assessment;
    if (state === 'unknown') {
      end.abort(tookTooLong);
      await sent;
      return;
    }
    const deadline = new AbortController();
    const signal = AbortSignal.any([this.options.signal, deadline.signal]);
    // Timers of its own: those of `AbortSignal.timeout` do not keep the process alive.
    const timers = [
      setTimeout(() => {
        end.abort(tookTooLong);
      }, startBudgetMs),
      setTimeout(() => {
        deadline.abort(tookTooLong);
      }, budgetMs),
    ];
    const sendEndPing = async (): Promise<void> => {
      // The start ping must arrive before the end ping, or the run would appear to be still running.
      await sent;
      const [kind, log] = hasError
        ? (['fail', this.log.join('')] as const)
        : (['success', ''] as const);
      await this.sendPing(kind, log, signal);
    };
    const [undelivered] = await Promise.all([this.sendMessages(signal), sendEndPing()]);
    timers.forEach(clearTimeout);
    if (undelivered.length > 0) await this.rollback(undelivered);
  }

  private async recordMessages(
    assessment: RunAssessment,
    stage: string,
    overview: Overview | null,
  ): Promise<void> {
    this.assessment = assessment;
    const { store } = this.options;
    const { channels } = this.channels;
    if (channels.length === 0) return;
    try {
      this.before = await store.readNotifications();
      const names = channels.map(({ name }) => name);
      const facts = { assessment, overview };
      const due = await dueMessages(this.before, names, facts, this.options);
      if (due.next === null) return;
      await store.saveNotifications(stage, due.next);
      this.messages = due.messages.flatMap(({ channel: name, message }) => {
        const channel = channels.find((one) => one.name === name);
        return channel === undefined ? [] : [{ channel, message }];
      });
    } catch (error) {
      this.warn('no message was sent, because the record could not be written', error);
    }
  }

  private async sendMessages(signal: AbortSignal): Promise<readonly Undelivered[]> {
    const send = async ({
      channel: { name, send, isRetriedByNextRun },
      message,
    }: RunNotifier['messages'][number]): Promise<readonly Undelivered[]> => {
      try {
        await send(message, signal);
        return [];
      } catch (error) {
        this.warn(name, signal.aborted ? tookTooLong : error);
        const isLost = error instanceof UserError && error.code !== 'timeout' && !signal.aborted;
        return isLost && isRetriedByNextRun ? [{ channel: name, event: message.event }] : [];
      }
    };
    return (await Promise.all(this.messages.map(send))).flat();
  }

  private async rollback(undelivered: readonly Undelivered[]): Promise<void> {
    const { workspace, store, system, run, config } = this.options;
    const staleMs = config.lock.staleMinutes * 60_000;
    const lock = { workspace, staleMs, waitMs: rollbackWaitMs, system, onEvent: () => undefined };
    try {
      await withLock(lock, async ({ stage }) => {
        const current = await store.readNotifications();
        if (current === null) return;
        const alerts = undelivered.filter((one) => !isNotice(one)).map(({ channel }) => channel);
        const restored = rollback(current, this.before, alerts, run);
        const next = rollbackNotices(restored, this.before, undelivered.filter(isNotice), run);
        await store.saveNotifications(stage, next);
      });
    } catch (error) {
      this.warn('undelivered messages will not be sent again', error);
    }
  }

  private async sendPing(kind: PingKind, body: string, signal: AbortSignal): Promise<void> {
    const { redact } = this.options;
    if (this.channels.ping === null) return;
    try {
      await ping(this.channels.ping, kind, { rid: this.rid, body: redact(body), signal });
    } catch (error) {
      if (!this.options.signal.aborted) this.warn(`ping (${kind})`, error);
    }
  }

  private warn(subject: string, error: unknown): void {
    const { redact, emit } = this.options;
    const message = redact(`${subject}: ${messageOf(error)}`);
    const warning = diagnostic('notification-failed', { subject: 'notify', message });
    emit({ type: 'warning', warning });
  }
}

interface Undelivered {
  readonly channel: ChannelName;
  readonly event: EventType;
}

const isNotice = (one: Undelivered): one is Pick<Notice, 'channel' | 'event'> =>
  one.event === 'cost' || one.event === 'digest';

const tookTooLong = new Error('took too long');
