import { VariableRefresh, type Dashboard, type Panel } from '@grafana/schema';

/** The type of Grafana's own PostgreSQL data source; which one is a variable of the dashboard. */
const datasource = { type: 'grafana-postgresql-datasource', uid: '${datasource}' };

/** Position and size in the grid, which is 24 units wide. */
type Place = readonly [x: number, y: number, width: number, height: number];

interface PanelOptions {
  readonly description?: string;
  /** A unit of Grafana. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** Options of this kind of panel. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly custom?: Readonly<Record<string, unknown>>;
  readonly overrides?: readonly object[];
}

let panels = 0;

function panel(
  type: 'stat' | 'table' | 'timeseries',
  title: string,
  place: Place,
  sql: string,
  { description, unit, min, max, options, custom, overrides = [] }: PanelOptions = {},
): Panel {
  const [x, y, w, h] = place;
  panels += 1;
  const defaults = {
    ...(unit === undefined ? {} : { unit }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(custom === undefined ? {} : { custom }),
  };
  const format = type === 'timeseries' ? 'time_series' : 'table';
  return {
    id: panels,
    type,
    title,
    ...(description === undefined ? {} : { description }),
    datasource,
    gridPos: { x, y, w, h },
    targets: [{ refId: 'A', datasource, format, rawQuery: true, rawSql: oneLine(sql) }],
    fieldConfig: { defaults, overrides: [...overrides] as never },
    options: options ?? {},
  };
}

const oneLine = (sql: string): string => sql.trim().replaceAll(/\s+/g, ' ');

const usd = { unit: 'currencyUSD' } as const;
const bars = { drawStyle: 'bars', fillOpacity: 80, lineWidth: 0, stacking: { mode: 'normal' } };
const isSelected = `coalesce(hosts.team, '') IN ($team)`;
const tokens = 'sync_runner.tokens JOIN sync_runner.hosts USING (host_id)';
const unpriced =
  'Usage of models without a price is not part of the sum; “unpriced” counts these entries.';

/** Colours the background of a column by thresholds. */
const coloured = (name: string, steps: readonly (readonly [number | null, string])[]): object => ({
  matcher: { id: 'byName', options: name },
  properties: [
    { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
    {
      id: 'thresholds',
      value: { mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) },
    },
  ],
});

const withUnit = (name: string, unit: string): object => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id: 'unit', value: unit }],
});

/** The dashboard of a fleet. `npm run docs:generate` writes it to `sync-runner.json`. */
export const dashboard: Dashboard = {
  uid: 'sync-runner-fleet',
  title: 'sync-runner: fleet',
  description: 'Hosts, cost, projects and runs of the sync-runner fleet in PostgreSQL.',
  schemaVersion: 39,
  editable: true,
  tags: ['sync-runner'],
  time: { from: 'now-30d', to: 'now' },
  timezone: 'utc',
  refresh: '15m',
  templating: {
    list: [
      {
        name: 'datasource',
        type: 'datasource',
        label: 'Database',
        query: 'grafana-postgresql-datasource',
      },
      {
        name: 'team',
        type: 'query',
        label: 'Team',
        datasource,
        query: `SELECT DISTINCT coalesce(team, '') FROM sync_runner.hosts ORDER BY 1`,
        includeAll: true,
        multi: true,
        refresh: VariableRefresh.onDashboardLoad,
        current: { text: 'All', value: '$__all' },
      },
    ],
  },
  panels: [
    panel(
      'stat',
      'Cost of this month',
      [0, 0, 6, 4],
      `SELECT sum(cost_usd) AS cost,
         count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced
       FROM ${tokens}
       WHERE kind = 'log' AND day >= date_trunc('month', now() AT TIME ZONE 'UTC') AND ${isSelected}`,
      {
        description: `From the logs of coding agents, at list prices. ${unpriced}`,
        overrides: [withUnit('cost', 'currencyUSD')],
      },
    ),
    panel(
      'stat',
      'Billed this month',
      [6, 0, 6, 4],
      `SELECT sum(cost_usd) AS billed FROM sync_runner.tokens
       WHERE kind = 'bill' AND day >= date_trunc('month', now() AT TIME ZONE 'UTC')`,
      {
        ...usd,
        description: 'From the billing APIs. An account that several hosts read counts once.',
      },
    ),
    panel(
      'stat',
      'Hosts',
      [12, 0, 6, 4],
      `SELECT count(*) AS hosts,
         count(*) FILTER (WHERE silent) AS silent,
         count(*) FILTER (WHERE outcome = 'error') AS failing
       FROM sync_runner.hosts WHERE NOT superseded AND ${isSelected}`,
      { description: 'Silent: no publication for three intervals.' },
    ),
    panel(
      'stat',
      'Projects',
      [18, 0, 6, 4],
      `SELECT count(*) AS projects,
         count(*) FILTER (WHERE dirty_anywhere) AS "with changes"
       FROM sync_runner.projects`,
    ),
    panel(
      'timeseries',
      'Cost by day and host',
      [0, 4, 12, 8],
      `SELECT day::timestamptz AS time, hosts.name AS metric, sum(cost_usd)::float8 AS value
       FROM ${tokens}
       WHERE $__timeFilter(day::timestamptz) AND kind = 'log' AND ${isSelected}
       GROUP BY 1, 2 ORDER BY 1`,
      { ...usd, custom: bars, description: unpriced },
    ),
    panel(
      'timeseries',
      'Cost by day and model',
      [12, 4, 12, 8],
      `SELECT day::timestamptz AS time, model AS metric, sum(cost_usd)::float8 AS value
       FROM ${tokens}
       WHERE $__timeFilter(day::timestamptz) AND kind = 'log' AND ${isSelected}
       GROUP BY 1, 2 ORDER BY 1`,
      { ...usd, custom: bars, description: unpriced },
    ),
    panel(
      'table',
      'Cost by project',
      [0, 12, 12, 8],
      `SELECT coalesce(project_key, 'unknown') AS project, count(DISTINCT host_id) AS hosts,
         sum(cost_usd) AS cost, count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced,
         sum(output) AS "output tokens"
       FROM ${tokens}
       WHERE $__timeFilter(day::timestamptz) AND kind = 'log' AND ${isSelected}
       GROUP BY 1 ORDER BY 3 DESC NULLS LAST LIMIT 50`,
      { description: unpriced, overrides: [withUnit('cost', 'currencyUSD')] },
    ),
    panel(
      'timeseries',
      'Bills by day and account',
      [12, 12, 12, 8],
      `SELECT day::timestamptz AS time, source || ' ' || account AS metric,
         sum(cost_usd)::float8 AS value
       FROM sync_runner.tokens WHERE $__timeFilter(day::timestamptz) AND kind = 'bill'
       GROUP BY 1, 2 ORDER BY 1`,
      { ...usd, custom: bars },
    ),
    panel(
      'table',
      'Hosts',
      [0, 20, 12, 8],
      `SELECT name, team, outcome, extract(epoch FROM now() - last_push)::int AS "last heard of",
         version, round(skew_seconds::numeric, 1) AS "clock ahead by"
       FROM sync_runner.hosts WHERE NOT superseded AND ${isSelected} ORDER BY last_push`,
      {
        overrides: [
          withUnit('last heard of', 's'),
          withUnit('clock ahead by', 's'),
          coloured('clock ahead by', [
            [null, 'orange'],
            [-300, 'transparent'],
            [300, 'orange'],
          ]),
        ],
      },
    ),
    panel(
      'timeseries',
      'Coverage and TODOs',
      [12, 20, 12, 8],
      `SELECT day::timestamptz AS time, avg(coverage)::float8 AS coverage, sum(todos)::float8 AS todos
       FROM sync_runner.quality_day JOIN sync_runner.hosts USING (host_id)
       WHERE $__timeFilter(day::timestamptz) AND ${isSelected} GROUP BY 1 ORDER BY 1`,
      {
        description:
          'The mean coverage of the projects with a known one, and the sum of their TODOs.',
        overrides: [
          {
            matcher: { id: 'byName', options: 'coverage' },
            properties: [
              { id: 'unit', value: 'percent' },
              { id: 'custom.axisPlacement', value: 'right' },
            ],
          },
        ],
      },
    ),
    panel(
      'table',
      'Projects',
      [0, 28, 24, 10],
      `SELECT name, project_key AS project, language, checkouts, dirty_anywhere AS "with changes",
         most_behind AS behind, branch, last_commit AS "last commit", coverage, todos, debt_score AS debt
       FROM sync_runner.projects ORDER BY last_commit DESC NULLS LAST LIMIT 500`,
      { overrides: [withUnit('coverage', 'percent'), withUnit('last commit', 'dateTimeFromNow')] },
    ),
    panel(
      'timeseries',
      'Failed runs by day',
      [0, 38, 24, 6],
      `SELECT $__timeGroup(run, '1d') AS time,
         count(*) FILTER (WHERE run.outcome <> 'success')::float8 AS failed
       FROM sync_runner.run JOIN sync_runner.hosts USING (host_id)
       WHERE $__timeFilter(run) AND ${isSelected} GROUP BY 1 ORDER BY 1`,
      { min: 0, custom: bars },
    ),
  ],
};
