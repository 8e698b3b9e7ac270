import type { Overview, UsageLine } from '../analytics/overview.ts';
import type { Day } from '../schema/timestamp.ts';
import { isBefore } from '../util/dates.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { shellQuote } from '../util/shell.ts';
import { plural } from '../util/text.ts';
import { budgetProblems, reachedThresholds, type ReachedThreshold } from './budget-health.ts';

/** A day is a spike from this many US dollars, and this many times the mean day of the last 30. */
const spike = { usd: 10, factor: 3 };
/** How many projects a message names. */
const namedProjects = 3;

/** Returns the diagnostics of projects and money, as of the last run. */
export const dataProblems = (overview: Overview, now: Date): readonly Diagnostic[] => [
  ...projectProblems(overview),
  ...(isThisMonth(overview, now) ? budgetProblems(overview.budgets) : []),
  ...spikes(overview, now).map((one) => one.diagnostic),
];

/** A day on which a source cost far more than usual. */
export interface Spike {
  readonly source: string;
  readonly day: Day;
  readonly diagnostic: Diagnostic;
}

/** What notifications report about money, as of the last run. */
export interface CostAlerts {
  readonly thresholds: readonly ReachedThreshold[];
  readonly spikes: readonly Spike[];
}

export const costAlerts = (overview: Overview, now: Date): CostAlerts => ({
  thresholds: isThisMonth(overview, now) ? reachedThresholds(overview.budgets) : [],
  spikes: spikes(overview, now),
});

/** The budgets of a month that is over do not concern this one. */
const isThisMonth = ({ monthEndsAt }: Overview, now: Date): boolean => isBefore(now, monthEndsAt);

function projectProblems({ projects }: Overview): readonly Diagnostic[] {
  const atRisk = (projects?.attention ?? []).filter(({ attention }) =>
    attention.some(({ group, severity }) => group === 'could-lose-work' && severity !== 'info'),
  );
  const [first] = atRisk;
  if (first === undefined) return [];
  const names = atRisk.slice(0, namedProjects).map(({ name }) => name);
  const more = atRisk.length - names.length;
  const message =
    `${plural(atRisk.length, 'project')} could lose work: ${names.join(', ')}` +
    (more > 0 ? ` and ${String(more)} more` : '');
  const hint = `sync-runner status ${shellQuote(first.id)}`;
  return [diagnostic('could-lose-work', { message, hint })];
}

/** A line of several agents is followed by one for each of them, which is a part of it. */
function spikes({ usage, dayEndsAt }: Overview, now: Date): readonly Spike[] {
  if (!isBefore(now, dayEndsAt)) return [];
  const sum = usage.find(({ source }) => source === 'agents');
  const lines = sum === undefined ? usage : [sum, ...usage.filter(({ isPart }) => !isPart)];
  return lines.flatMap(spikeOf);
}

function spikeOf({ source, day, dayUsd, averageDailyUsd }: UsageLine): readonly Spike[] {
  const [cost, average] = [Number(dayUsd ?? 0), Number(averageDailyUsd ?? 0)];
  if (average <= 0 || cost < spike.usd || cost < average * spike.factor) return [];
  const message = `$${cost.toFixed(2)} today, ${(cost / average).toFixed(0)} times the mean day`;
  return [{ source, day, diagnostic: diagnostic('spend-spike', { subject: source, message }) }];
}
