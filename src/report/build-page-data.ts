import { needsAttention, type StoredData } from '../analytics/overview.ts';
import type { Rollups } from '../analytics/history/monthly-rollups.ts';
import { dateIn } from '../analytics/history/series.ts';
import { createUsageProjectFinder } from '../analytics/project-of-path.ts';
import type { Ledger } from '../analytics/usage/ledgers.ts';
import { todayOf } from '../analytics/usage/today.ts';
import { todaySentences } from '../output/commands/today-text.ts';
import { agentTitles, isAgent } from '../schema/agent-names.ts';
import type { Analytics } from '../schema/analytics.ts';
import { budgetsOf, overallBudget } from '../schema/budgets.ts';
import type { Config } from '../schema/config.ts';
import { isFound } from '../schema/project-states.ts';
import type { StatusFile } from '../schema/status.ts';
import type { Day } from '../schema/timestamp.ts';
import type { TokenEntry } from '../schema/tokens.ts';
import { getOrInsert, groupBy } from '../util/collections.ts';
import { dayOf, daysBetween } from '../util/dates.ts';
import { changedLineSums } from './commit-series.ts';
import { encodeCosts, modelsByCost } from './encode-costs.ts';
import type { Costs, LastRun, PageData, PageLedger } from './page-data.ts';
import { pageProjects } from './page-data-projects.ts';
import { commitsOf, qualityChanges, readChanges } from './project-series.ts';
import { ledgerTitle } from './ledger-titles.ts';

/** The files that the page is built from. */
export interface PageInputs {
  readonly stored: StoredData & { readonly analytics: Analytics };
  readonly ledgers: readonly Ledger[];
  /** Without the months that can't be read. */
  readonly history: Pick<Rollups, 'quality' | 'projects'>;
  readonly status: StatusFile | null;
  readonly lastRun: LastRun;
  readonly config: Config;
  readonly today: Day;
}

/** Returns the data of the page. Deterministic for the same inputs. */
export function buildPageData(inputs: PageInputs): PageData {
  const { stored, ledgers, history, lastRun, config, today } = inputs;
  const { analytics, projects } = stored;
  const first = firstDay(inputs);
  const numberOf = (date: Day): number => daysBetween(first, date);
  const models = modelsByCost(ledgers);
  const encode = (entries: readonly TokenEntry[], field?: 'listPriceUsd'): Costs =>
    encodeCosts(entries, { models, numberOf, field });
  const projectOf = createUsageProjectFinder(projects, stored.tokens);
  const local = ledgers.find(({ name }) => name === 'agents')?.entries ?? [];
  const ofProject = new Map<string, TokenEntry[]>();
  const outside = new Map<string, TokenEntry[]>();
  for (const [path, entries] of groupBy(local, ({ project }) => project ?? 'unknown directory')) {
    const id = projectOf(path);
    getOrInsert(id === null ? outside : ofProject, id ?? path, () => []).push(...entries);
  }
  const budget = overallBudget(budgetsOf(config.tokens));
  const found = (analytics.projects ?? []).filter(isFound);
  return {
    day: analytics.day,
    today,
    timeZone: config.tokens.timeZone,
    updatedOn: dayOf(analytics.updatedAt),
    first,
    sentences: todaySentences({
      day: today,
      costs: ledgers.map((ledger) => todayOf(ledger, budget)),
      budgets: analytics.tokens?.budgets ?? [],
      projects:
        analytics.projects === null
          ? null
          : {
              total: found.length,
              dirty: found.filter(({ activity }) => activity.dirty === true).length,
              unpushed: found.filter(({ activity }) => (activity.ahead ?? 0) > 0).length,
              needingAttention: analytics.projects.filter(needsAttention).length,
            },
    }),
    run: lastRun,
    budget,
    models: models.names,
    isUsageUnreadable: stored.tokens === null && analytics.tokens !== null,
    ledgers: ledgers.map((ledger) => pageLedger(ledger, { encode, numberOf, budget })),
    outside: [...outside].map(([path, entries]) => ({ path, costs: encode(entries) })),
    trend: analytics.trend.map(({ date, projects: count, withCoverage, coverage, todos }) => [
      ...([numberOf(date), count, withCoverage, coverage, todos] as const),
    ]),
    trendChange: analytics.trendChange,
    runs: analytics.runs.map(({ date, runs, success, error, interrupted, durationMs }) => [
      ...([
        numberOf(date),
        runs,
        success,
        error,
        interrupted,
        durationMs.p50,
        durationMs.p95,
      ] as const),
    ]),
    projects:
      analytics.projects === null
        ? null
        : pageProjects(inputs, {
            costs: new Map([...ofProject].map(([id, entries]) => [id, encode(entries)])),
            commits: commitsOf(inputs, numberOf),
            changedLines: (git) =>
              changedLineSums(git?.changedLines ?? null, numberOf, numberOf(analytics.day)),
            quality: new Map(
              [...readChanges(history.quality, numberOf)].map(([id, changes]) => [
                id,
                qualityChanges(changes),
              ]),
            ),
          }),
  };
}

/** Returns the first day of all series. */
function firstDay({ stored: { analytics, projects }, ledgers, history, today }: PageInputs): Day {
  const days = [
    today,
    analytics.trend[0]?.date,
    analytics.runs[0]?.date,
    ...[history.quality, history.projects].map(([month]) =>
      month === undefined ? undefined : dateIn(month.month, month.content.days[0] ?? 1),
    ),
    ...ledgers.flatMap(({ coveredFrom, entries }) => [
      coveredFrom ?? undefined,
      ...entries.map(({ date }) => date),
    ]),
    ...(projects?.projects ?? []).map(({ git }) => Object.keys(git?.commitDays?.days ?? {})[0]),
  ];
  return days.reduce<Day>(
    (one, other) => (other !== undefined && other < one ? other : one),
    today,
  );
}

function pageLedger(
  ledger: Ledger,
  {
    encode,
    numberOf,
    budget,
  }: {
    readonly encode: (entries: readonly TokenEntry[], field?: 'listPriceUsd') => Costs;
    readonly numberOf: (date: Day) => number;
    readonly budget: PageData['budget'];
  },
): PageLedger {
  const { name, sources, entries, coveredFrom, coveredTo, costBasis } = ledger;
  const listPrices = encode(entries, 'listPriceUsd');
  const { month } = todayOf(ledger, budget);
  return {
    name,
    title: ledgerTitle(ledger),
    costBasis,
    coveredFrom: coveredFrom === null ? null : numberOf(coveredFrom),
    coveredTo: coveredTo === null ? null : numberOf(coveredTo),
    costs: encode(entries),
    ...(listPrices.length === 0 ? {} : { listPrices }),
    agents:
      sources.length < 2
        ? []
        : sources.filter(isAgent).map((source) => ({
            title: agentTitles[source],
            costs: encode(entries.filter((entry) => entry.source === source)),
          })),
    month,
  };
}
