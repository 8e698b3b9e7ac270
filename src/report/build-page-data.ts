import { needsAttention, projectRows, type StoredData } from '../analytics/overview.ts';
import type { MonthlyRollup, Rollups } from '../analytics/history/monthly-rollups.ts';
import { dateIn, type SeriesMonth } from '../analytics/history/series.ts';
import { createUsageProjectFinder } from '../analytics/project-of-path.ts';
import type { Ledger } from '../analytics/usage/ledgers.ts';
import { addKnown, toMicros } from '../analytics/usage/money.ts';
import { todayOf } from '../analytics/usage/today.ts';
import { todaySentences } from '../output/commands/today-text.ts';
import { agentTitles, isAgent } from '../schema/agent-names.ts';
import type { Analytics } from '../schema/analytics.ts';
import { budgetsOf, overallBudget } from '../schema/budgets.ts';
import type { Config } from '../schema/config.ts';
import { isFound } from '../schema/project-states.ts';
import type { Project } from '../schema/projects.ts';
import type { StatusFile } from '../schema/status.ts';
import { syncNames } from '../schema/sync-names.ts';
import type { Day } from '../schema/timestamp.ts';
import type { TokenEntry } from '../schema/tokens.ts';
import { getOrInsert, groupBy } from '../util/collections.ts';
import { dayOf, daysBetween } from '../util/dates.ts';
import { sanitizeLine } from '../util/text.ts';
import { changedLineSums, encodeCommits, type Change } from './commit-series.ts';
import type { Costs, LastRun, PageData, PageLedger, PageProject } from './page-data.ts';
import { sortProjects } from './sort-projects.ts';
import { ledgerTitle } from './ledger-titles.ts';
import { webAddress } from './web-address.ts';

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
  const usage = groupBy(
    ledgers.find(({ name }) => name === 'agents')?.entries ?? [],
    ({ project }) => (project == null ? 'null' : JSON.stringify([projectOf(project), project])),
  );
  const ofProject = new Map<string, TokenEntry[]>();
  const outside = new Map<string, TokenEntry[]>();
  for (const [key, entries] of usage) {
    const [id, path] = (JSON.parse(key) ?? [null, 'unknown directory']) as [string | null, string];
    const target = id === null ? outside : ofProject;
    getOrInsert(target, id ?? path, () => []).push(...entries);
  }
  const limit = overallBudget(budgetsOf(config.tokens));
  const budget = limit === null ? null : { monthly: limit, currency: 'USD' };
  const found = (analytics.projects ?? []).filter(isFound);
  return {
    day: analytics.day,
    today,
    timeZone: config.tokens.timeZone,
    updatedOn: dayOf(analytics.updatedAt),
    first,
    sentences: todaySentences({
      day: today,
      costs: ledgers.map((ledger) => todayOf(ledger, limit)),
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

interface Models {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

/** Returns all models, the most expensive first, so that most indexes are short. */
function modelsByCost(ledgers: readonly Ledger[]): Models {
  const costs = new Map<string, number>();
  for (const { model, costUsd } of ledgers.flatMap(({ entries }) => entries)) {
    costs.set(model, (costs.get(model) ?? 0) + Number(costUsd ?? 0));
  }
  const names = [...costs]
    .sort(([oneName, one], [otherName, other]) => other - one || (oneName < otherName ? -1 : 1))
    .map(([model]) => model);
  return { names, indexOf: new Map(names.map((name, index) => [name, index])) };
}

function encodeCosts(
  entries: readonly TokenEntry[],
  {
    models,
    numberOf,
    field = 'costUsd',
  }: {
    readonly models: Models;
    readonly numberOf: (date: Day) => number;
    readonly field?: 'costUsd' | 'listPriceUsd' | undefined;
  },
): Costs {
  const days = new Map<Day, Map<number, number | null>>();
  for (const entry of entries) {
    const money = entry[field];
    if (money === undefined) continue;
    const ofDay = getOrInsert(days, entry.date, () => new Map<number, number | null>());
    const model = models.indexOf.get(entry.model) ?? 0;
    const before = ofDay.get(model) ?? null;
    ofDay.set(model, addKnown(before, toMicros(money)));
  }
  let last = 0;
  return [...days]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([date, ofDay]) =>
      [...ofDay].flatMap(([model, micros]) => {
        const day = numberOf(date);
        const step = day - last;
        last = day;
        return [step, model, micros];
      }),
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
  const { month } = todayOf(ledger, budget?.monthly ?? null);
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

/** Returns the changes of each project. */
function readChanges(
  months: readonly MonthlyRollup<SeriesMonth>[],
  numberOf: (date: Day) => number,
): ReadonlyMap<string, readonly Change[]> {
  const all = new Map<string, Change[]>();
  for (const { month, content } of months) {
    for (const { key, changes } of content.keys) {
      const ofKey = getOrInsert(all, key, () => []);
      for (const [day, values] of changes) ofKey.push([numberOf(dateIn(month, day)), values]);
    }
  }
  return all;
}

/** Returns the encoded numbers of commits of each project. */
function commitsOf(
  { stored: { projects }, history }: PageInputs,
  numberOf: (date: Day) => number,
): ReadonlyMap<string, readonly number[]> {
  const recorded = readChanges(history.projects, numberOf);
  const known = new Map(projects?.projects.map(({ id, git }) => [id, git?.commitDays ?? null]));
  const ids = new Set([...recorded.keys(), ...known.keys()]);
  return new Map(
    [...ids].map((id) => [
      id,
      encodeCommits(recorded.get(id) ?? [], known.get(id) ?? null, numberOf),
    ]),
  );
}

/**
 * Returns triples: days since the previous triple, and by how much coverage, in hundredths of a percent, and TODOs differ
 * from their last known values.
 */
function qualityChanges(changes: readonly Change[]): readonly (number | null)[] {
  const triples: (number | null)[] = [];
  const last = { day: 0, coverage: 0, todos: 0, values: '' };
  const since = (field: 'coverage' | 'todos', value: number | null): number | null => {
    if (value === null) return null;
    const by = value - last[field];
    last[field] = value;
    return by;
  };
  for (const [day, [percent, count]] of changes) {
    const coverage = typeof percent === 'number' ? Math.round(percent * 100) : null;
    const todos = typeof count === 'number' ? count : null;
    const values = JSON.stringify([coverage, todos]);
    if (values === last.values) continue;
    triples.push(day - last.day, since('coverage', coverage), since('todos', todos));
    Object.assign(last, { day, values });
  }
  return triples;
}

function pageProjects(
  { stored, status }: PageInputs,
  series: {
    readonly costs: ReadonlyMap<string, Costs>;
    readonly commits: ReadonlyMap<string, readonly number[]>;
    readonly changedLines: (git: Project['git']) => readonly (number | null)[] | null;
    readonly quality: ReadonlyMap<string, readonly (number | null)[]>;
  },
): readonly PageProject[] {
  const rows = new Map(projectRows(stored).map((row) => [row.id, row]));
  const registered = new Map(stored.projects?.projects.map((one) => [one.id, one]));
  const warnings = syncNames.flatMap((name) => {
    const result = status?.run.results[name];
    return result === undefined || result.outcome === 'skipped' ? [] : result.warnings;
  });
  const warningsOf = groupBy(warnings, ({ subject }) => subject?.split(':')[0] ?? null);
  return sortProjects(stored.analytics.projects ?? []).map((derived) => {
    const { id, name, path, quality, activity } = derived;
    // Absent if projects.json is damaged.
    const project = registered.get(id);
    const row = rows.get(id);
    const { coverage, todos, techDebt, lighthouse } = quality ?? {};
    return {
      ...{ id, name, path },
      ...withoutEmpty({
        state: derived.state === 'ok' ? null : derived.state,
        absentSince: project?.missingSince ?? derived.notObservedSince,
        firstSeen: project === undefined ? null : dayOf(project.firstSeen),
        lastSeen: derived.lastSeen,
        client: row?.client,
        tags: row?.tags,
        deadline: row?.deadline,
        notes: row?.notes,
        description: project?.description == null ? null : sanitizeLine(project.description, 200),
        stack: row?.stack.slice(0, 6),
        license: project?.license,
        attention: derived.attention.map(({ severity, code, group, message, hint }) => ({
          ...{ severity, code, group, message, hint },
        })),
        ignored: derived.ignored === 0 ? null : derived.ignored,
        coverage,
        todos,
        debt: techDebt,
        lighthouse,
        warnings: (warningsOf.get(id) ?? []).map(({ message }) => message),
        costs: series.costs.get(id),
        commits: series.commits.get(id),
        changedLines: series.changedLines(project?.git ?? null),
        quality: series.quality.get(id),
        dirty: activity.dirty,
        ahead: activity.ahead,
      }),
      ...(project === undefined ? {} : gitFacts(project, row?.changes ?? null)),
    };
  });
}

/** Returns the facts of git, if the last run read them. */
function gitFacts({ git, lastSeen }: Project, changes: number | null): Partial<PageProject> {
  if (git === null || lastSeen !== null) return {};
  const { lastCommit, unpushed, stash } = git;
  return withoutEmpty({
    remote: webAddress(git.remote),
    branch: git.branch,
    upstream: git.upstream,
    ahead: git.ahead,
    behind: git.behind === 0 ? null : git.behind,
    // Without changes, `dirty` is sufficient.
    changes: changes === 0 ? null : changes,
    oldestChangeAt: git.oldestChangeAt,
    unpushed: unpushed?.commits === 0 ? null : unpushed,
    stash: stash?.entries === 0 ? null : stash,
    lastCommit:
      lastCommit === null
        ? null
        : { at: lastCommit.date, subject: sanitizeLine(lastCommit.subject, 120) },
  });
}

/** Returns an object without properties that are null or empty. */
function withoutEmpty<Value extends object>(
  value: Value,
): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  const known = Object.entries(value).filter(
    ([, one]) => one !== null && one !== undefined && !(Array.isArray(one) && one.length === 0),
  );
  return Object.fromEntries(known) as { [Key in keyof Value]?: NonNullable<Value[Key]> };
}
