import { cleanText } from '../contract/text.ts';
import type { HealthReport, SyncHealth } from '../run/health.ts';
import { formatDuration, formatRelative } from './duration.ts';
import { lockText } from './lock.ts';

/** More problems than this are counted, unless all are asked for. */
const shownProblems = 10;

/** The report as a page: the verdict first, then what is wrong, then the facts. */
export function statusText(report: HealthReport, now: Date, { all }: { all: boolean }): string {
  const { problems } = report;
  const shown = all ? problems : problems.slice(0, shownProblems);
  const hidden = problems.length - shown.length;
  return [
    row(report.health, `${lastRunText(report, now)}   ${nextRunText(report, now)}`),
    ...shown.flatMap(({ level, message, fix }) => [
      `${level === 'error' ? '✗' : '!'} ${cleanText(message)}`,
      ...(fix === null ? [] : [`  fix: ${fix}`]),
    ]),
    ...(hidden > 0 ? [`  and ${String(hidden)} more (--verbose shows them)`] : []),
    ...report.syncs.map((sync) => row(sync.name, syncText(sync, now))),
    row('lock', lockText(report.lock, now)),
    row('schedule', scheduleText(report)),
    row('workspace', report.workspace),
    '',
  ].join('\n');
}

const row = (name: string, text: string): string => `${name.padEnd(10)} ${text}`;

function lastRunText({ lastRun }: HealthReport, now: Date): string {
  if (lastRun === null) return 'no run yet';
  const ago = formatRelative(new Date(lastRun.finishedAt), now);
  return `last run ${ago} (${formatDuration(lastRun.durationMs)})`;
}

function nextRunText({ nextRunAt, nextRunSource }: HealthReport, now: Date): string {
  if (nextRunAt === null || Date.parse(nextRunAt) <= now.getTime()) return 'next run due now';
  const sure = nextRunSource === 'scheduler' ? '' : 'due ';
  return `next run ${sure}${formatRelative(new Date(nextRunAt), now)}`;
}

function scheduleText({ schedule: { target, state } }: HealthReport): string {
  return target === null ? 'none   (sync-runner install-schedule)' : `${state} in ${target}`;
}

function syncText(sync: SyncHealth, now: Date): string {
  if (!sync.enabled) return 'off';
  const success =
    sync.lastSuccess === null
      ? 'no success yet'
      : `last success ${formatRelative(new Date(sync.lastSuccess), now)}`;
  const warnings = sync.warnings === 0 ? '' : `, ${String(sync.warnings)} warnings`;
  return `${(sync.outcome ?? '-').padEnd(8)} ${success}${sync.stale ? ', stale' : ''}${warnings}`;
}
