import * as z from 'zod/mini';
import { UserError } from '../util/errors.ts';
import type { Database } from './database/client.ts';

const nullableText = z.nullable(z.string());
const nullableNumber = z.nullable(z.number());

const host = z.object({
  id: z.string(),
  name: z.string(),
  team: nullableText,
  version: nullableText,
  platform: nullableText,
  lastRun: nullableText,
  outcome: nullableText,
  lastPush: z.string(),
  skewSeconds: nullableNumber,
  silent: z.boolean(),
  superseded: z.boolean(),
});
const cost = z.object({
  source: z.string(),
  kind: z.enum(['log', 'bill']),
  hosts: z.number(),
  costUsd: nullableText,
});
const project = z.object({
  key: z.string(),
  name: z.string(),
  checkouts: z.number(),
  dirty: z.nullable(z.boolean()),
  behind: nullableNumber,
  newestOn: z.string(),
  lastCommit: nullableText,
  coverage: nullableNumber,
  todos: nullableNumber,
  costUsd: nullableText,
});

export type FleetHost = z.infer<typeof host>;
export type FleetCost = z.infer<typeof cost>;
export type FleetProject = z.infer<typeof project>;

/** The fleet as its views show it. */
export interface FleetOverview {
  /** The first day of the month of the costs, by the clock of the database. */
  readonly since: string;
  readonly hosts: readonly FleetHost[];
  /** By source, in the month of `since`. Sources are never added to one another. */
  readonly costs: readonly FleetCost[];
  /** The most expensive of the month first. */
  readonly projects: readonly FleetProject[];
}

const timestamp = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const hostQuery = `
  SELECT host_id::text AS id, name, team, version, platform, ${timestamp('last_run')} AS "lastRun", outcome,
    ${timestamp('last_push')} AS "lastPush", skew_seconds AS "skewSeconds", silent, superseded
  FROM sync_runner.hosts ORDER BY superseded, team NULLS LAST, name, host_id`;

const month = `date_trunc('month', now() AT TIME ZONE 'UTC')::date`;

const costQuery = `
  SELECT source, kind, count(DISTINCT host_id)::int AS hosts, sum(cost_usd)::numeric(20, 6)::text AS "costUsd"
  FROM sync_runner.tokens WHERE day >= ${month}
  GROUP BY source, kind ORDER BY sum(cost_usd) DESC NULLS LAST, source`;

// Only the logs: a bill contains them, too.
const projectQuery = `
  SELECT p.project_key AS key, p.name, p.checkouts::int, p.dirty_anywhere AS dirty, p.most_behind::float8 AS behind,
    p.newest_on AS "newestOn", ${timestamp('p.last_commit')} AS "lastCommit", p.coverage::float8,
    p.todos::float8, c.cost::numeric(20, 6)::text AS "costUsd"
  FROM sync_runner.projects p LEFT JOIN (
    SELECT project_key, sum(cost_usd) AS cost FROM sync_runner.tokens
    WHERE kind = 'log' AND day >= ${month} GROUP BY project_key) c USING (project_key)
  ORDER BY c.cost DESC NULLS LAST, p.last_commit DESC NULLS LAST, p.project_key`;

/** Throws `UserError`. */
export async function readFleet(database: Database): Promise<FleetOverview> {
  const read = async <Schema extends z.ZodMiniType>(
    schema: Schema,
    query: string,
  ): Promise<readonly z.infer<Schema>[]> => {
    const { success, data } = z.array(schema).safeParse(await database.query(query));
    if (success) return data;
    throw new UserError('data', "the fleet's database returned unexpected values");
  };
  const [first] = await read(z.object({ since: z.string() }), `SELECT ${month}::text AS since`);
  return {
    since: first?.since ?? '',
    hosts: await read(host, hostQuery),
    costs: await read(cost, costQuery),
    projects: await read(project, projectQuery),
  };
}

/** Whether a host needs a person: it is silent, or its last run failed. A host that was replaced does not. */
export const needsAttention = ({ silent, superseded, outcome }: FleetHost): boolean =>
  !superseded && (silent || outcome === 'error');
