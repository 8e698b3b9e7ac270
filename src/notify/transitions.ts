import type { Timestamp } from '../schema/timestamp.ts';
import type { ChannelName, NotificationsFile } from '../schema/notify.ts';
import type { Occasion } from './message.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What is to be said to whom, and the file that says that it was said. */
export interface Decision {
  readonly next: NotificationsFile;
  readonly messages: readonly { readonly channel: ChannelName; readonly occasion: Occasion }[];
}

const nothingSaid: NotificationsFile = { schemaVersion: 1, failingSince: null, said: {} };

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
  const old = before ?? nothingSaid;
  const messages = channels.flatMap((channel) => {
    const occasion = occasionFor(old.said[channel], state, now);
    return occasion === null ? [] : [{ channel, occasion }];
  });
  const what = state === 'bad' ? 'failure' : 'recovery';
  const news = { what, at: now.toISOString(), run } as const;
  const said = { ...old.said };
  for (const { channel } of messages) said[channel] = news;
  const failingSince = state === 'bad' ? (old.failingSince ?? run) : null;
  return { next: { schemaVersion: 1, failingSince, said }, messages };
}

function occasionFor(
  last: NotificationsFile['said'][ChannelName],
  state: 'ok' | 'bad',
  now: Date,
): Occasion | null {
  const knowsOfFailure = last?.what === 'failure';
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
  const said = { ...current.said };
  for (const channel of undelivered) {
    if (said[channel]?.run === run) said[channel] = before?.said[channel];
  }
  return { ...current, said };
}
