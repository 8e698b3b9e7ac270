import type { Timestamp } from '../schema/timestamp.ts';
import type { ChannelName, NotificationsFile } from '../schema/notify.ts';
import { withLock } from '../lock/index.ts';
import type { Store } from '../store/store.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { diagnosticLine } from '../output/diagnostic-text.ts';
import { isUndelivered, type Channel, type Channels } from './channels.ts';
import { composeMessage, type Message } from './message.ts';
import { ping, ridOf, type PingKind } from './ping.ts';
import { decide, takeBack } from './transitions.ts';
import type { Verdict } from './verdict.ts';

/** Maximum time that sending pings and messages may add to a run, in milliseconds. */
const budgetMs = 8000;
/** Share of `budgetMs` that the start ping may use. */
const startBudgetMs = 4000;
/** Maximum wait for the lock when undelivered messages are reverted, in milliseconds. */
const takeBackWaitMs = 1000;

export interface NotifierOptions {
  readonly channels: Channels;
  readonly workspace: Workspace;
  readonly store: Store;
  readonly system: System;
  readonly staleMs: number;
  /** Start time of the run, which identifies it. */
  readonly run: Timestamp;
  readonly redact: (text: string) => string;
  /** Called with a message for each ping or message that could not be sent. */
  readonly warn: (message: string) => void;
  /** Aborted by a stop signal. */
  readonly signal: AbortSignal;
}

/** Sends pings and messages about one run. No method throws or changes the result of the run. */
export interface Notifier {
  /** Sends the start ping in the background. */
  started(): void;
  /** Decides which messages are due and records them as sent. Requires the lock. */
  decide(verdict: Verdict, stage: string): Promise<void>;
  /**
   * Sends the messages after the lock was released. Because they were recorded first, each is sent at most
   * once, even if the process is killed in between. A message that certainly did not arrive is removed from
   * the record, so that the next run sends it again.
   */
  deliver(log: string): Promise<void>;
}

export function createNotifier(options: NotifierOptions): Notifier {
  const { channels, workspace, store, system, run, redact, warn, signal } = options;
  const rid = ridOf(workspace.root, run);
  const early = new AbortController();
  let start: Promise<void> = Promise.resolve();
  let verdict: Verdict = { state: 'unknown', problems: [] };
  let before: NotificationsFile | null = null;
  let messages: readonly { readonly channel: Channel; readonly message: Message }[] = [];

  const tell = (who: string, error: unknown): void => {
    const what = error instanceof Error ? error.message : String(error);
    warn(redact(`${who}: ${what}`));
  };
  const sendPing = async (kind: PingKind, body: string, until: AbortSignal): Promise<void> => {
    if (channels.ping === null) return;
    try {
      await ping(channels.ping, kind, { rid, body: redact(body), signal: until });
    } catch (error) {
      if (!signal.aborted) tell(`ping (${kind})`, error);
    }
  };
  const claim = async (stage: string): Promise<void> => {
    const { state, problems } = verdict;
    if (state === 'unknown' || channels.channels.length === 0) return;
    before = await store.readNotifications();
    const names = channels.channels.map(({ name }) => name);
    const decision = decide(before, state, names, { run, now: system.now() });
    const knownSince = before?.failingSince ?? null;
    if (decision.messages.length === 0 && decision.next.failingSince === knownSince) return;
    await store.saveNotifications(stage, decision.next);
    const failingSince = decision.next.failingSince ?? knownSince;
    const facts = { host: system.processInfo.host, workspace: workspace.root, run, failingSince };
    messages = channels.channels.flatMap((channel) => {
      const chosen = decision.messages.find((one) => one.channel === channel.name);
      if (chosen === undefined) return [];
      const message = composeMessage(chosen.occasion, { ...facts, problems, redact });
      return [{ channel, message }];
    });
  };
  const sendMessages = async (until: AbortSignal): Promise<readonly ChannelName[]> => {
    const undelivered: ChannelName[] = [];
    const send = async (channel: Channel, message: Message): Promise<void> => {
      try {
        await channel.send(message, until);
      } catch (error) {
        tell(channel.name, until.aborted ? new Error('took too long') : error);
        // A missing desktop session is permanent: do not retry in the next run.
        if (channel.name !== 'desktop' && !until.aborted && isUndelivered(error)) {
          undelivered.push(channel.name);
        }
      }
    };
    await Promise.all(messages.map(({ channel, message }) => send(channel, message)));
    return undelivered;
  };
  const giveBack = async (undelivered: readonly ChannelName[]): Promise<void> => {
    const { staleMs } = options;
    const lock = { workspace, staleMs, waitMs: takeBackWaitMs, system, onEvent: () => undefined };
    await withLock(lock, async ({ stage }) => {
      const current = await store.readNotifications();
      if (current === null) return;
      await store.saveNotifications(stage, takeBack(current, before, undelivered, run));
    });
  };

  return {
    started: () => {
      for (const problem of channels.problems) warn(diagnosticLine(problem));
      signal.addEventListener(
        'abort',
        () => {
          early.abort();
        },
        { once: true },
      );
      start = sendPing('start', '', early.signal);
    },
    decide: async (judged, stage) => {
      verdict = judged;
      try {
        await claim(stage);
      } catch (error) {
        tell('no message was sent, because the record could not be written', error);
      }
    },
    deliver: async (log) => {
      if (verdict.state === 'unknown') {
        early.abort();
        await start;
        return;
      }
      using end = deadline(budgetMs, signal);
      const until = end.signal;
      const endPing = async (): Promise<void> => {
        // The start ping must arrive before the end ping, or the run would appear to be still running.
        const timer = setTimeout(() => {
          early.abort();
        }, startBudgetMs);
        await start;
        clearTimeout(timer);
        const kind = verdict.state === 'ok' ? 'success' : 'fail';
        await sendPing(kind, kind === 'fail' ? log : '', until);
      };
      const [undelivered] = await Promise.all([sendMessages(until), endPing()]);
      try {
        if (undelivered.length > 0) await giveBack(undelivered);
      } catch (error) {
        tell('undelivered messages will not be sent again', error);
      }
    },
  };
}

/**
 * Returns a signal that aborts after `ms` or when `other` aborts. `AbortSignal.timeout` is not used because
 * its timer does not keep the process alive and, composed with `any`, it may be garbage-collected early.
 */
function deadline(ms: number, other: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  const timer = setTimeout(stop, ms);
  if (other.aborted) stop();
  other.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      other.removeEventListener('abort', stop);
    },
  };
}
