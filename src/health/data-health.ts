import type { Overview, UsageLine } from '../analytics/overview.ts';
import { isBefore } from '../util/dates.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { shellQuote } from '../util/shell.ts';
import { plural } from '../util/text.ts';

/** A day is a spike from this many US dollars, and this many times the mean day of the last 30. */
const spike = { usd: 10, factor: 3 };
/** How many projects a message names. */
const namedProjects = 3;

/** Returns the diagnostics of projects and money, as of the last run. */
export const dataProblems = (overview: Overview, now: Date): readonly Diagnostic[] => [
  ...projectProblems(overview),
  ...moneyProblems(overview, now),
];

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
function moneyProblems(overview: Overview, now: Date): readonly Diagnostic[] {
  const { usage, dayEndsAt, monthEndsAt } = overview;
  const sum = usage.find(({ source }) => source === 'agents');
  const lines = sum === undefined ? usage : [sum, ...usage.filter(({ isPart }) => !isPart)];
  // The budget of a month that is over does not concern this one, nor does a spike of a day that is over.
  const isThisMonth = isBefore(now, monthEndsAt);
  const isToday = isBefore(now, dayEndsAt);
  return lines.flatMap((line) => [
    ...(isThisMonth ? budgetProblems(line) : []),
    ...(isToday ? spikeProblems(line) : []),
  ]);
}

function budgetProblems(line: UsageLine): readonly Diagnostic[] {
  const { source: subject, budget, budgetUsed, budgetForecast } = line;
  if (budget === null) return [];
  const ofBudget = `of the budget of ${String(budget.monthly)} ${budget.currency}`;
  if (budgetUsed !== null && budgetUsed > 100) {
    const message = `${budgetUsed.toFixed(0)} % ${ofBudget} is spent`;
    return [diagnostic('budget-exceeded', { subject, message })];
  }
  if (budgetForecast === null || budgetForecast <= 100) return [];
  const message = `${budgetForecast.toFixed(0)} % ${ofBudget} will be spent at the end of the month`;
  return [diagnostic('budget-forecast', { subject, message })];
}

function spikeProblems(line: UsageLine): readonly Diagnostic[] {
  const { source: subject, dayUsd, averageDailyUsd } = line;
  const [cost, average] = [Number(dayUsd ?? 0), Number(averageDailyUsd ?? 0)];
  if (average <= 0 || cost < spike.usd || cost < average * spike.factor) return [];
  const message = `$${cost.toFixed(2)} today, ${(cost / average).toFixed(0)} times the mean day`;
  return [diagnostic('spend-spike', { subject, message })];
}
