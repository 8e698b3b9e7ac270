import type { Overview, UsageLine } from '../../analytics/overview.ts';
import type { RunRecord } from '../../schema/status.ts';
import { staleFrom, timingsOf, type TimingConfig } from '../../config/timing.ts';
import { isBefore } from '../../util/dates.ts';
import { plural } from '../../util/text.ts';
import { formatRelative } from '../format-time.ts';
import { formatUsd, usdOrDash } from '../format-numbers.ts';
import { budgetText, mainUsage, monthText } from './usage-headline.ts';

/** Input of the status line. */
export interface Statusline {
  /** Null if the data can't be read. */
  readonly overview: Overview | null;
  /** Cost of the session of Claude Code in US dollars; null if it is unknown. */
  readonly session: number | null;
  readonly lastRun: Pick<RunRecord, 'outcome' | 'finishedAt'> | null;
  /** Null if it can't be read. */
  readonly config: TimingConfig | null;
  readonly now: Date;
}

/** Returns `today $4.10 · month $96.20 of $200 (48 %) · 2 need you` as one line. Unknown amounts are `-`. */
export function statuslineText(line: Statusline): string {
  const usage = usageOf(line);
  const { session } = line;
  const attention = attentionOf(line);
  const parts = [
    `today ${usdOrDash(todayOf(line))}`,
    `month ${usage === null ? '-' : `${monthText(usage)}${budgetText(usage)}`}`,
    ...(session === null ? [] : [`session ${formatUsd(String(session))}`]),
    ...(attention > 0 ? [`${plural(attention, 'needs', 'need')} you`] : []),
    ...runParts(line),
  ];
  return `${parts.join(' · ')}\n`;
}

/** Returns the same as one document. */
export const statuslineDocument = (line: Statusline): object => ({
  schemaVersion: 1,
  today: { costUsd: todayOf(line) },
  month: { costUsd: usageOf(line)?.monthUsd ?? null },
  budgetUsed: usageOf(line)?.budgetUsed ?? null,
  session: { costUsd: line.session === null ? null : line.session.toFixed(6) },
  needAttention: line.overview?.projects?.attention.length ?? null,
  lastRun: line.lastRun === null ? null : line.lastRun.finishedAt,
  outcome: line.lastRun?.outcome ?? null,
});

const attentionOf = ({ overview }: Statusline): number => overview?.projects?.attention.length ?? 0;

/** The local logs, or else the first bill. */
const usageOf = ({ overview }: Statusline): UsageLine | null =>
  (overview === null ? undefined : mainUsage(overview)[0]) ?? null;

/** The cost of the day of the last run, unless that day is over. */
function todayOf(line: Statusline): string | null {
  const isToday = isBefore(line.now, line.overview?.dayEndsAt ?? null);
  return isToday ? (usageOf(line)?.dayUsd ?? null) : null;
}

function runParts({ lastRun, config, now }: Statusline): readonly string[] {
  if (lastRun === null) return ['no run yet'];
  const finishedAt = new Date(lastRun.finishedAt);
  const isStale =
    config !== null &&
    timingsOf(config)
      .map((timing) => staleFrom(timing, config.quietHours, finishedAt))
      .some((at) => at !== null && now > at);
  if (lastRun.outcome === 'error') return ['✗ last run failed'];
  return isStale ? [`! last run ${formatRelative(finishedAt, now)}`] : [];
}
