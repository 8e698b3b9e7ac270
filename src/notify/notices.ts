import type { CostAlerts } from '../health/data-health.ts';
import type { ChannelName, LastNotices, NotificationsFile } from '../schema/notify.ts';
import type { Day, Timestamp } from '../schema/timestamp.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import { monthOf } from '../util/dates.ts';

/** A message about money to one channel. */
export type Notice =
  | {
      readonly channel: ChannelName;
      readonly event: 'cost';
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly channel: ChannelName; readonly event: 'digest' };

export interface NoticeDecision {
  readonly next: NotificationsFile['lastNotices'];
  readonly messages: readonly Notice[];
}

/**
 * Decides which channels get a message about money: one for each threshold of a budget and month, of which the highest
 * counts if several are reached at once, one for each day with a spike, and one for each week that is over. A channel
 * that is new gets no digest of the weeks before it. Pure.
 */
export function decideNotices(
  before: NotificationsFile | null,
  channels: readonly ChannelName[],
  facts: {
    readonly alerts: CostAlerts;
    readonly run: Timestamp;
    readonly today: Day;
    /** The first day of the last week that is over. */
    readonly week: Day;
    readonly hasDigest: boolean;
  },
): NoticeDecision {
  const { alerts, run, today, week, hasDigest } = facts;
  const next = { ...before?.lastNotices };
  const month = monthOf(today);
  const messages = channels.flatMap((channel): readonly Notice[] => {
    const last = next[channel];
    const thresholds = alerts.thresholds.filter(({ key, monthlyUsd, percent }) => {
      const known = last?.budgets[key];
      const isKnown = known?.month === month && known.monthlyUsd === monthlyUsd;
      return !isKnown || known.percent < percent;
    });
    const spikes = alerts.spikes.filter(({ source, day }) => last?.spikes[source] !== day);
    const diagnostics = [...thresholds, ...spikes].map((one) => one.diagnostic);
    // A clock that was ahead for a while must not suppress later digests. Without digests the week is recorded, too: the next one is about the week in which they are enabled.
    const isNewWeek = last !== undefined && (last.digest < week || last.digest > today);
    if (diagnostics.length === 0 && last !== undefined && !isNewWeek) return [];
    const reached = thresholds.map(
      ({ key, monthlyUsd, percent }) => [key, { month, monthlyUsd, percent }] as const,
    );
    next[channel] = {
      run,
      budgets: { ...ofMonth(last, month), ...Object.fromEntries(reached) },
      spikes: {
        ...last?.spikes,
        ...Object.fromEntries(spikes.map((one) => [one.source, one.day])),
      },
      digest: last === undefined || isNewWeek ? week : last.digest,
    };
    return [
      ...(diagnostics.length > 0 ? [{ channel, event: 'cost' as const, diagnostics }] : []),
      ...(isNewWeek && hasDigest ? [{ channel, event: 'digest' as const }] : []),
    ];
  });
  return { next, messages };
}

/** Removes the budgets of other months, which are not compared any more. */
const ofMonth = (last: LastNotices | undefined, month: string): LastNotices['budgets'] =>
  Object.fromEntries(Object.entries(last?.budgets ?? {}).filter(([, one]) => one.month === month));

/** Restores the previous record of undelivered messages, so that the next run sends them again. Pure. */
export function rollbackNotices(
  current: NotificationsFile,
  before: NotificationsFile | null,
  undelivered: readonly Pick<Notice, 'channel' | 'event'>[],
  run: Timestamp,
): NotificationsFile {
  const lastNotices = { ...current.lastNotices };
  for (const { channel, event } of undelivered) {
    const sent = lastNotices[channel];
    if (sent?.run !== run) continue;
    const last = before?.lastNotices[channel];
    lastNotices[channel] =
      event === 'digest'
        ? { ...sent, digest: last?.digest ?? sent.digest }
        : { ...sent, budgets: last?.budgets ?? {}, spikes: last?.spikes ?? {} };
  }
  return { ...current, lastNotices };
}
