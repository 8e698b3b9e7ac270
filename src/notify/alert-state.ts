import type { Timestamp } from '../schema/timestamp.ts';
import type { ChannelName, NotificationsFile } from '../schema/notify.ts';
import type { EventType } from './message.ts';
import { dayMs } from '../util/dates.ts';

/** The messages to send and the contents of the notifications file that records them as sent. */
export interface Decision {
  readonly next: NotificationsFile;
  readonly messages: readonly { readonly channel: ChannelName; readonly event: EventType }[];
}

const nothingSent: NotificationsFile = {
  ...{ schemaVersion: 1, failingSince: null, lastSent: {}, lastNotices: {} },
};

/**
 * Decides which channels get a message: one on failure, one if warnings become errors, one on recovery, and a daily
 * reminder while the failure lasts. Each channel has its own state, so that a new channel, or one that failed, gets the message
 * that it missed. Pure.
 */
export function decide(
  before: NotificationsFile | null,
  state: 'ok' | 'failing',
  channels: readonly ChannelName[],
  {
    run,
    now,
    severity = 'error',
  }: { readonly run: Timestamp; readonly now: Date; readonly severity?: 'error' | 'warning' },
): Decision {
  const old = before ?? nothingSent;
  const messages = channels.flatMap((channel) => {
    const event = eventFor(old.lastSent[channel], state, { now, severity });
    return event === null ? [] : [{ channel, event }];
  });
  const event = state === 'failing' ? 'failure' : 'recovery';
  const sent = { event, at: now.toISOString(), run, severity } as const;
  const lastSent = { ...old.lastSent };
  for (const { channel } of messages) lastSent[channel] = sent;
  const failingSince = state === 'failing' ? (old.failingSince ?? run) : null;
  return { next: { ...old, failingSince, lastSent }, messages };
}

function eventFor(
  last: NotificationsFile['lastSent'][ChannelName],
  state: 'ok' | 'failing',
  { now, severity }: { readonly now: Date; readonly severity: 'error' | 'warning' },
): EventType | null {
  const hasFailure = last?.event === 'failure';
  if (state === 'ok') return hasFailure ? 'recovery' : null;
  if (!hasFailure || (severity === 'error' && last.severity === 'warning')) return 'failure';
  // The absolute difference: a clock that was ahead for a while must not suppress later reminders.
  return Math.abs(now.getTime() - Date.parse(last.at)) >= dayMs ? 'reminder' : null;
}

/**
 * Restores the previous record of the undelivered channels, so that the next run sends their messages again.
 * A channel that another run has notified since is unchanged. Pure.
 */
export function rollback(
  current: NotificationsFile,
  before: NotificationsFile | null,
  undelivered: readonly ChannelName[],
  run: Timestamp,
): NotificationsFile {
  const lastSent = { ...current.lastSent };
  for (const channel of undelivered) {
    if (lastSent[channel]?.run === run) lastSent[channel] = before?.lastSent[channel];
  }
  return { ...current, lastSent };
}
