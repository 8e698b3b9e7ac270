import type { Overview } from '../analytics/overview.ts';
import { lastWeek } from '../analytics/usage/cost-periods.ts';
import type { Workspace } from '../config/workspace.ts';
import { costAlerts } from '../health/data-health.ts';
import type { Config } from '../schema/config.ts';
import type { ChannelName, NotificationsFile } from '../schema/notify.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import type { System } from '../system/system.ts';
import { dayIn } from '../util/dates.ts';
import { healthOf } from '../util/diagnostic.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import { decide } from './alert-state.ts';
import type { RunAssessment } from './assess-run.ts';
import { composeMessage, type Message } from './message.ts';
import { decideNotices, type NoticeDecision } from './notices.ts';

export interface DueContext {
  readonly config: Config;
  readonly workspace: Workspace;
  readonly system: System;
  readonly run: Timestamp;
  readonly redact: (text: string) => string;
}

/** The messages to send after a run. */
export interface DueMessages {
  /** What records them as sent; null if nothing changes. */
  readonly next: NotificationsFile | null;
  readonly messages: readonly { readonly channel: ChannelName; readonly message: Message }[];
}

/** Composes the messages that are due after a run: about its health, about money, and the weekly digest. */
export async function dueMessages(
  before: NotificationsFile | null,
  channels: readonly ChannelName[],
  facts: { readonly assessment: RunAssessment; readonly overview: Overview | null },
  context: DueContext,
): Promise<DueMessages> {
  const { system, workspace, run, redact } = context;
  const { state, diagnostics } = facts.assessment;
  if (state === 'unknown') return { next: null, messages: [] };
  const severity = healthOf(diagnostics) === 'error' ? 'error' : 'warning';
  const alert = decide(before, state, channels, { run, now: system.now(), severity });
  const notices = noticesOf(before, channels, facts.overview, context);
  const failedBefore = before?.failingSince ?? null;
  const isChanged =
    alert.messages.length > 0 ||
    alert.next.failingSince !== failedBefore ||
    channels.some((name) => notices.next[name] !== before?.lastNotices[name]);
  if (!isChanged) return { next: null, messages: [] };
  const common = { host: system.processInfo.host, workspace: workspace.root, run, redact };
  const failingSince = alert.next.failingSince ?? failedBefore;
  const alerts = alert.messages.map(({ channel, event }) => ({
    channel,
    message: composeMessage(event, { ...common, failingSince, diagnostics }),
  }));
  const hasDigest = notices.messages.some(({ event }) => event === 'digest');
  const introduction = hasDigest ? await digestLines(facts.overview, context) : [];
  const others = notices.messages.map((notice) => ({
    channel: notice.channel,
    message: composeMessage(notice.event, {
      ...{ ...common, failingSince: null },
      ...(notice.event === 'digest'
        ? { introduction, diagnostics: [] }
        : { diagnostics: notice.diagnostics }),
    }),
  }));
  return {
    next: { ...alert.next, lastNotices: notices.next },
    messages: [...alerts, ...others],
  };
}

/** Without the data of the run nothing is known about money. */
function noticesOf(
  before: NotificationsFile | null,
  channels: readonly ChannelName[],
  overview: Overview | null,
  { config, system, run }: DueContext,
): NoticeDecision {
  if (overview === null) return { next: before?.lastNotices ?? {}, messages: [] };
  const now = system.now();
  const today = dayIn(config.tokens.timeZone)(now);
  return decideNotices(before, channels, {
    alerts: costAlerts(overview, now),
    ...{ run, today, week: lastWeek(today).from, hasDigest: config.notify.weeklyDigest },
  });
}

async function digestLines(
  overview: Overview | null,
  { workspace, system }: DueContext,
): Promise<readonly string[]> {
  const { weeklyDigest } = await import('./weekly-digest.ts');
  const lines = await nullIfUnreadable(weeklyDigest(workspace, overview, system));
  return lines ?? ['The data of the week can not be read: see sync-runner status.'];
}
