import type { Analytics, TrendPoint } from '../schema/analytics.ts';
import type { HealthAssessment } from '../health/assess-health.ts';
import { projectStates } from '../schema/project-states.ts';
import type { StatusFile } from '../schema/status.ts';
import { syncNames } from '../schema/sync-names.ts';
import { sanitizePath } from '../util/text.ts';
import type { Gauge, Sample } from './text-format.ts';

/** Returns the gauges of the last run, each sync and the data. Pure. */
export function gaugesOf(facts: {
  readonly status: StatusFile;
  /** Null if missing or unreadable. */
  readonly analytics: Analytics | null;
  readonly intervalMinutes: number | null;
  readonly health: HealthAssessment['health'];
}): readonly Gauge[] {
  return [
    ...runGauges(facts),
    healthGauge(facts.health),
    ...syncGauges(facts.status),
    ...dataGauges(facts.analytics),
  ];
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Gauge => ({
  name: `sync_runner_${name}`,
  help,
  samples,
});

const single = (value: number | null): readonly Sample[] => [{ value }];

const healthGauge = (health: HealthAssessment['health']): Gauge =>
  gauge(
    'health',
    'Health at the end of the last run: 0 is ok, 1 a warning, 2 an error.',
    single({ ok: 0, warning: 1, error: 2 }[health]),
  );

function runGauges({
  status: { run },
  intervalMinutes,
}: {
  readonly status: StatusFile;
  readonly intervalMinutes: number | null;
}): readonly Gauge[] {
  return [
    gauge(
      'interval_seconds',
      'Configured time between two runs; absent for a cron expression.',
      single(intervalMinutes === null ? null : intervalMinutes * 60),
    ),
    gauge('last_run_timestamp_seconds', 'Start of the last run.', single(seconds(run.id))),
    gauge(
      'last_run_duration_seconds',
      'How long the last run took.',
      single(run.durationMs / 1000),
    ),
    gauge(
      'last_run_success',
      'Whether all syncs of the last run succeeded.',
      single(run.outcome === 'success' ? 1 : 0),
    ),
  ];
}

function syncGauges({ syncs, run: { results } }: StatusFile): readonly Gauge[] {
  const bySync = (
    name: string,
    help: string,
    value: (sync: (typeof syncNames)[number]) => number | null,
  ): Gauge =>
    gauge(
      `sync_${name}`,
      help,
      syncNames.map((sync) => ({ labels: { sync }, value: value(sync) })),
    );
  return [
    bySync('last_run_timestamp_seconds', 'Start of the last run that took the sync.', (sync) =>
      seconds(syncs[sync].lastRun),
    ),
    bySync(
      'last_success_timestamp_seconds',
      'Start of the last run in which it succeeded.',
      (sync) => seconds(syncs[sync].lastSuccess),
    ),
    bySync('success', 'Whether the sync succeeded when it was last tried.', (sync) => {
      const { lastRun, lastSuccess } = syncs[sync];
      return lastRun === null ? null : Number(lastRun === lastSuccess);
    }),
    bySync('duration_seconds', 'How long the sync took in the last run.', (sync) => {
      const result = results[sync];
      return result.outcome === 'skipped' ? null : result.durationMs / 1000;
    }),
    bySync('warnings', 'Warnings of the sync in the last run.', (sync) => {
      const result = results[sync];
      return result.outcome === 'skipped' ? null : result.warnings.length;
    }),
  ];
}

function dataGauges(analytics: Analytics | null): readonly Gauge[] {
  const projects = analytics?.projects ?? null;
  const trend = analytics === null ? null : currentTrend(analytics);
  const sources = analytics?.tokens?.sources ?? [];
  const bySource = (value: (source: (typeof sources)[number]) => number | null): Sample[] =>
    sources.map((source) => ({
      labels: { source: sanitizePath(source.name) },
      value: value(source),
    }));
  const count = (state: (typeof projectStates)[number]): number | null =>
    projects === null ? null : projects.filter((project) => project.state === state).length;
  const month = sources.flatMap(({ name, windows }) => {
    const tokens = windows.find(({ days }) => days === 30)?.tokens;
    return Object.entries(tokens ?? {}).map(([kind, value]) => ({
      labels: { source: sanitizePath(name), kind },
      value,
    }));
  });
  const states = projectStates.map((state) => ({ labels: { state }, value: count(state) }));
  const costs = bySource(({ month: { costUsd } }) => (costUsd === null ? null : Number(costUsd)));
  const budgets = analytics?.tokens?.budgets ?? [];
  const byBudget = (value: (budget: (typeof budgets)[number]) => number | null): Sample[] =>
    budgets.map((budget) => ({
      labels: { scope: budget.scope, name: sanitizePath(budget.name ?? '') },
      value: value(budget),
    }));
  const perSource = 'sources are never to be added to one another.';
  return [
    gauge('projects', 'Projects in the registry.', states),
    gauge(
      'coverage_percent',
      'Mean line coverage of the projects that have one.',
      single(trend?.coverage ?? null),
    ),
    gauge('todos', 'TODO and FIXME comments of all projects.', single(trend?.todos ?? null)),
    gauge('tokens_30_days', `Tokens of the last 30 days; ${perSource}`, month),
    gauge('month_cost_dollars', `Cost of this month; ${perSource}`, costs),
    gauge(
      'budget_dollars',
      'Budgets of a month.',
      byBudget(({ monthlyUsd }) => monthlyUsd),
    ),
    gauge(
      'budget_used_percent',
      'Share of each budget that is used this month, as far as it is known.',
      byBudget(({ used }) => used),
    ),
  ];
}

const seconds = (at: string | null): number | null => (at === null ? null : Date.parse(at) / 1000);

/**
 * Returns the point of the trend that describes the present: the last one, or null if no project has current quality
 * data. Without any, no later day has a point, and the last one is about projects that are no longer observed.
 */
function currentTrend({ trend, projects }: Analytics): TrendPoint | null {
  const isCurrent = projects === null || projects.some(({ quality }) => quality !== null);
  return (isCurrent ? trend.at(-1) : null) ?? null;
}
