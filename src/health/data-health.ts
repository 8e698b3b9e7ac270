import type { Overview, UsageLine } from '../analytics/overview.ts';
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
  ...moneyProblems(overview.usage, now),
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
function moneyProblems(usage: readonly UsageLine[], now: Date): readonly Diagnostic[] {
  const sum = usage.find(({ source }) => source === 'agents');
  const lines = sum === undefined ? usage : [sum, ...usage.filter(({ isPart }) => !isPart)];
  return lines.flatMap((line) => [...budgetProblems(line, now), ...spikeProblems(line, now)]);
}

function budgetProblems(line: UsageLine, now: Date): readonly Diagnostic[] {
  const { source: subject, budget, budgetUsed, budgetForecast, day } = line;
  // The budget of a month that is over does not concern this one.
  const isCurrent = day.slice(0, 7) === now.toISOString().slice(0, 7);
  if (budget === null || !isCurrent) return [];
  const ofBudget = `of the budget of ${String(budget.monthly)} ${budget.currency}`;
  if (budgetUsed !== null && budgetUsed > 100) {
    const message = `${budgetUsed.toFixed(0)} % ${ofBudget} is spent`;
    return [diagnostic('budget-exceeded', { subject, message })];
  }
  if (budgetForecast === null || budgetForecast <= 100) return [];
  const message = `${budgetForecast.toFixed(0)} % ${ofBudget} will be spent at the end of the month`;
  return [diagnostic('budget-forecast', { subject, message })];
}

function spikeProblems(line: UsageLine, now: Date): readonly Diagnostic[] {
  const { source: subject, dayUsd, averageDailyUsd, day } = line;
  const [cost, average] = [Number(dayUsd ?? 0), Number(averageDailyUsd ?? 0)];
  const isToday = day === now.toISOString().slice(0, 10);
  if (!isToday || average <= 0 || cost < spike.usd || cost < average * spike.factor) return [];
  const message = `$${cost.toFixed(2)} today, ${(cost / average).toFixed(0)} times the mean day`;
  return [diagnostic('spend-spike', { subject, message })];
}
