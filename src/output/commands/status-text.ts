import { sourceName } from '../../schema/agent-names.ts';
import { attentionTitles, callsForAction } from '../../schema/attention-codes.ts';
import { isFound } from '../../schema/project-states.ts';
import type { Overview, ProjectRow, UsageLine } from '../../analytics/overview.ts';
import { isBefore, monthOf } from '../../util/dates.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import type { HealthAssessment, SyncHealth } from '../../health/assess-health.ts';
import { formatClock, formatDuration, formatRelative } from '../format-time.ts';
import { diagnosticText } from '../diagnostic-text.ts';
import { lockText } from './lock-text.ts';
import { formatCount, formatUsd } from '../format-numbers.ts';
import type { Style, StyleName } from '../style.ts';
import { budgetLine, budgetText, mainUsage, monthText, namedBudgets } from './usage-headline.ts';
import { hangingLines } from '../wrap-text.ts';

/** Maximum number of diagnostics and of projects shown without `--verbose`; the others are counted. */
const shownAtOnce = 10;
/** Maximum number of budgets shown without `--verbose`, the most used ones. */
const shownBudgets = 3;

/** Input of the `status` page: health and the projects that need attention. */
export interface StatusPage {
  readonly assessment: HealthAssessment;
  readonly overview: Overview;
  /** The projects to show, most severe first. */
  readonly rows: readonly ProjectRow[];
  readonly now: Date;
  /** Name of the local time zone, shown with `--verbose`. */
  readonly zone: string | null;
}

export interface RenderOptions {
  readonly all: boolean;
  /** Width of the terminal in columns; null disables truncation. */
  readonly columns: number | null;
  readonly style: Style;
}

const healthStyles: Readonly<Record<HealthAssessment['health'], StyleName>> = {
  ok: 'good',
  warning: 'warning',
  error: 'bad',
};

/** Returns the `status` page: health, diagnostics, facts and projects. */
export async function statusText(page: StatusPage, form: RenderOptions): Promise<string> {
  const { assessment, overview, now } = page;
  const zone = page.zone === null ? '' : ` (${page.zone})`;
  const { health, diagnostics } = assessment;
  const shown = form.all ? diagnostics : diagnostics.slice(0, shownAtOnce);
  const hidden = diagnostics.length - shown.length;
  const verdict = row(
    health,
    `${lastRunText(assessment, now)}   ${nextRunText(assessment, now)}${zone}`,
  );
  const problems = [
    ...shown.flatMap((one) => diagnosticText(one, form.style).split('\n')),
    ...(hidden > 0 ? [`  and ${String(hidden)} more (--verbose shows them)`] : []),
  ];
  const facts = [
    ...assessment.syncs.map((sync) => row(sync.name, syncText(sync, now))),
    ...usageLines(overview, form.all).map((line) => row('cost', usageText(line, now, overview))),
    ...(isBefore(now, overview.monthEndsAt) ? budgetRows(overview, form) : []),
    row('lock', lockText(assessment.lock, now)),
    row('schedule', scheduleText(assessment)),
    row('workspace', sanitizeLine(assessment.workspace)),
  ];
  const first = verdict.replace(health, form.style(healthStyles[health], health));
  const lines = [
    ...(await hangingLines([first], labelWidth, form.columns)),
    ...(await hangingLines(problems, 2, form.columns)),
    ...(await hangingLines(facts, labelWidth, form.columns)),
  ];
  return `${lines.join('\n')}\n${await projectsText(page, form)}`;
}

const labelWidth = 11;

const row = (name: string, text: string): string => name.padEnd(labelWidth) + text;

function lastRunText({ lastRun }: HealthAssessment, now: Date): string {
  if (lastRun === null) return 'no run yet';
  const ago = formatRelative(new Date(lastRun.finishedAt), now);
  return `last run ${ago} (${formatDuration(lastRun.durationMs)})`;
}

function nextRunText({ nextRunAt, nextRunSource, schedule }: HealthAssessment, now: Date): string {
  if (schedule.state === 'paused') return 'no next run: paused';
  if (schedule.state === 'installed' && schedule.timeZone === null) return 'next run unknown';
  if (nextRunAt === null || Date.parse(nextRunAt) <= now.getTime()) return 'next run due now';
  const at = new Date(nextRunAt);
  const sure = nextRunSource === 'scheduler' ? '' : 'due ';
  return `next run ${sure}${formatRelative(at, now)}, ${formatClock(at, now)}`;
}

function scheduleText({ schedule: { target, state }, syncs }: HealthAssessment): string {
  if (target === null) return 'none   (sync-runner install-schedule)';
  return `${state} in ${target}${timesText(syncs.filter(({ enabled }) => enabled))}`;
}

/** Returns the cron expression, or the schedules of syncs that differ; nothing for a single interval. */
function timesText(syncs: readonly SyncHealth[]): string {
  const [first, ...others] = new Set(syncs.map(({ schedule }) => schedule));
  if (first === undefined) return '';
  if (others.length > 0) {
    return `: ${syncs.map(({ name, schedule }) => `${name} ${schedule}`).join(', ')}`;
  }
  return first.startsWith('every ') ? '' : `: ${sanitizeLine(first)}`;
}

function syncText(sync: SyncHealth, now: Date): string {
  if (!sync.enabled) return 'off';
  const { outcome, lastSuccess } = sync;
  const age = lastSuccess === null ? null : formatRelative(new Date(lastSuccess), now);
  const success =
    age === null ? 'no success yet' : outcome === 'success' ? age : `last success ${age}`;
  const warnings = sync.warnings === 0 ? '' : `, ${plural(sync.warnings, 'warning')}`;
  return `${(outcome ?? '-').padEnd(8)} ${success}${sync.stale ? ', stale' : ''}${warnings}`;
}

/** With several agents only their sum is shown, unless `all`. */
const usageLines = (overview: Overview, all: boolean): readonly UsageLine[] =>
  (all ? overview.usage : mainUsage(overview)).filter(hasUsage);

const hasUsage = ({ dayTokens, dayUsd, monthUsd, budget }: UsageLine): boolean =>
  [dayTokens, dayUsd, monthUsd, budget].some((one) => one !== null);

/** Returns `today 1.2M, $4.10   this month $96.20 of $200 (48 %)`, and the list price of a flat rate. */
function usageText(line: UsageLine, now: Date, overview: Overview): string {
  const { source, day, dayTokens, dayUsd, monthListPriceUsd } = line;
  const unknownDays = line.monthUncoveredDays;
  const dayName = isBefore(now, overview.dayEndsAt) ? 'today' : day;
  const monthName = isBefore(now, overview.monthEndsAt) ? 'this month' : monthOf(day);
  const excluded = line.dayWithoutTokens.map(sourceName);
  const without = excluded.length === 0 ? '' : ` without ${sanitizeLine(excluded.join(' and '))}`;
  const tokens = dayTokens === null ? [] : [`${formatCount(dayTokens)}${without}`];
  const cost = dayUsd === null ? [] : [formatUsd(dayUsd)];
  const spent = [...tokens, ...cost].join(', ') || '-';
  const unknown = unknownDays === 0 ? '' : ` (${plural(unknownDays, 'unknown day')})`;
  const listPrice =
    monthListPriceUsd === null ? '' : `, flat rate: list price ${formatUsd(monthListPriceUsd)}`;
  // Sources overlap and are never added up; if there are several, each is labelled.
  const suffix =
    overview.usage.length > 1
      ? `   ${source === 'agents' ? 'coding agents' : sanitizeLine(source)}`
      : '';
  return `${dayName} ${spent}   ${monthName} ${monthText(line)}${unknown}${budgetText(line)}${listPrice}${suffix}`;
}

/** Returns a line for each budget of a client, project or agent; the overall one is beside the cost. */
function budgetRows({ budgets }: Overview, form: RenderOptions): readonly string[] {
  const named = namedBudgets(budgets);
  const shown = form.all ? named : named.slice(0, shownBudgets);
  const hidden = named.length - shown.length;
  return [
    ...shown.map((budget) => row('budget', budgetLine(budget))),
    ...(hidden > 0 ? [row('', `${plural(hidden, 'more budget')} (--verbose)`)] : []),
  ];
}

async function projectsText({ overview, rows }: StatusPage, form: RenderOptions): Promise<string> {
  const notObserved = overview.projects?.notObserved ?? 0;
  const information = informationText(overview);
  if (rows.length === 0 && notObserved === 0 && information === '') return '';
  const shown = form.all ? rows : rows.slice(0, shownAtOnce);
  const hidden = rows.length - shown.length;
  const present = rows.filter(isFound).length;
  const others = (overview.projects?.total ?? 0) - present;
  const closing = [
    ...(hidden > 0
      ? [`${plural(hidden, 'more needs', 'more need')} a look (--all shows them)`]
      : []),
    ...(notObserved > 0
      ? [`${String(notObserved)} not observed by the last run, not counted (projects shows which)`]
      : []),
    ...(others > 0 && rows.length > 0
      ? [`${plural(others, 'more is', 'more are')} ok (--all shows them)`]
      : []),
    ...(information === '' ? [] : [information]),
  ].map((line) => `  ${form.style('faint', line)}`);
  // Loaded only if needed, so that status starts quickly.
  const [{ tableText }, { attentionColumns }] = await Promise.all([
    import('../table.ts'),
    import('./project-columns.ts'),
  ]);
  return (
    (rows.length === 0
      ? ''
      : withGroups(await tableText(attentionColumns, shown, form), shown, form)) +
    (await hangingLines(closing, 2, form.columns)).map((line) => `${line}\n`).join('')
  );
}

/** Inserts the title of each group above its first row. The rows are in the order of the groups. */
function withGroups(table: string, rows: readonly ProjectRow[], form: RenderOptions): string {
  const [header = '', ...lines] = table.split('\n');
  const groups = rows.map(({ attention }) => attention.find(callsForAction)?.group ?? null);
  const titled = lines.flatMap((line, index) => {
    const group = groups[index] ?? null;
    const previous = index === 0 ? null : groups[index - 1];
    if (index >= rows.length || group === previous) return [line];
    return [form.style('strong', group === null ? 'ok' : attentionTitles[group]), line];
  });
  return [header, ...titled].join('\n');
}

/** Returns the number of projects without a remote and behind their upstream, and of ignored reasons. */
function informationText({ projects }: Overview): string {
  const { information = {}, ignored = 0 } = projects ?? {};
  const { 'no-remote': noRemote = 0, behind = 0 } = information;
  return [
    ...(noRemote > 0 ? [`${String(noRemote)} without a remote`] : []),
    ...(behind > 0 ? [`${String(behind)} behind the upstream`] : []),
    ...(ignored > 0 ? [`${String(ignored)} ignored`] : []),
  ].join(', ');
}
