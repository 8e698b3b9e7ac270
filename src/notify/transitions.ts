import type { Timestamp } from '../schema/timestamp.ts';
import type { ChannelName, NotificationsFile } from '../schema/notify.ts';
import type { Occasion } from './message.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What is to be said to whom, and the file that says that it was said. */
export interface Decision {
  readonly next: NotificationsFile;
  readonly messages: readonly { readonly channel: ChannelName; readonly occasion: Occasion }[];
}

const nothingSent: NotificationsFile = { schemaVersion: 1, failingSince: null, lastSent: {} };

/**
 * One message when it turns bad, one when it recovers, a reminder a day while it stays bad; silence
 * otherwise. Each channel is counted for itself, so that a new one, or one that failed, is told what it
 * missed. Pure.
 */
export function decide(
  before: NotificationsFile | null,
  state: 'ok' | 'bad',
  channels: readonly ChannelName[],
  { run, now }: { readonly run: Timestamp; readonly now: Date },
): Decision {
  const old = before ?? nothingSent;
  const messages = channels.flatMap((channel) => {
    const occasion = occasionFor(old.lastSent[channel], state, now);
    return occasion === null ? [] : [{ channel, occasion }];
  });
  const event = state === 'bad' ? 'failure' : 'recovery';
  const news = { event, at: now.toISOString(), run } as const;
  const lastSent = { ...old.lastSent };
  for (const { channel } of messages) lastSent[channel] = news;
  const failingSince = state === 'bad' ? (old.failingSince ?? run) : null;
  return { next: { schemaVersion: 1, failingSince, lastSent }, messages };
}

function occasionFor(
  last: NotificationsFile['lastSent'][ChannelName],
  state: 'ok' | 'bad',
  now: Date,
): Occasion | null {
  const knowsOfFailure = last?.event === 'failure';
  if (state === 'ok') return knowsOfFailure ? 'recovery' : null;
  if (!knowsOfFailure) return 'failure';
  // Either way: a clock that was wrong for a while must not silence the reminders for ever.
  return Math.abs(now.getTime() - Date.parse(last.at)) >= dayMs ? 'reminder' : null;
}

/**
 * Takes back what was not delivered, unless another run has said something since: the next run says it
 * then. Pure.
 */
export function takeBack(
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
