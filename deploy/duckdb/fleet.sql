-- One view of many machines without a database server: DuckDB on the files themselves.
--
-- Each machine copies its files, without secrets, to a directory of its own in a shared place, for example:
--
--   rclone copy data remote:fleet/$(hostname) --filter '- /fleet.json' --filter '+ /*.json' --filter '- *'
--
-- At least one machine must have each file. Then, in the directory above fleet/, or with another value of `fleet`:
--
--   duckdb -cmd "SET VARIABLE fleet = 's3://bucket/fleet'" -init fleet.sql
--   SELECT * FROM projects;
--
-- The views have the names, columns and rules of the PostgreSQL schema (docs/fleet.md), except that a machine is known by
-- the name of its directory, and that a bill is counted from the machine that has read it last: one bill for each source
-- and organization.
SET VARIABLE fleet = coalesce(getvariable('fleet'), 'fleet');

CREATE OR REPLACE MACRO host_of(path) AS regexp_extract(path, '([^/\\]+)[/\\][^/\\]+$', 1);

-- The host and path of a remote, the same for all its spellings; null for a path on this machine.
CREATE OR REPLACE MACRO remote_key(remote) AS
  regexp_replace(
    CASE
      WHEN regexp_matches(remote, '^(https?|ssh|git)://')
        THEN regexp_replace(remote, '^[a-z]+://(?:[^@/]*@)?([^/:]+)(?::[0-9]+)?/+', '\1/')
      WHEN regexp_matches(remote, '^(?:[^@/:]+@)?[^/:\\]{2,}:[^/\\]')
        THEN regexp_replace(remote, '^(?:[^@/:]+@)?([^/:]+):', '\1/')
    END,
    '(\.git)?/*$', '');

CREATE OR REPLACE MACRO key_of(remote) AS
  CASE
    WHEN regexp_matches(remote_key(remote), '^(github\.com|gitlab\.com|bitbucket\.org|dev\.azure\.com)/')
      THEN lower(remote_key(remote))
    ELSE remote_key(remote)
  END;

CREATE OR REPLACE VIEW hosts AS
SELECT
  host_of(filename) AS name,
  run.id::TIMESTAMPTZ AS last_run,
  run.outcome AS outcome,
  run.trigger AS trigger
FROM read_json(getvariable('fleet') || '/*/sync-status.json', filename = true,
  columns = {run: 'STRUCT(id VARCHAR, outcome VARCHAR, "trigger" VARCHAR)'});

CREATE OR REPLACE VIEW checkouts AS
WITH project AS (
  SELECT host_of(filename) AS host, unnest(projects) AS p
  FROM read_json(getvariable('fleet') || '/*/projects.json', filename = true, maximum_object_size = 268435456,
    columns = {projects: 'STRUCT(
      id VARCHAR, name VARCHAR, kind VARCHAR, state VARCHAR, license VARCHAR,
      stack STRUCT(languages MAP(VARCHAR, BIGINT)),
      counts STRUCT(files BIGINT, commits BIGINT),
      git STRUCT(branch VARCHAR, head VARCHAR, dirty BOOLEAN, ahead BIGINT, behind BIGINT, remote VARCHAR,
        lastCommit STRUCT("date" VARCHAR)))[]'})
),
quality AS (
  SELECT host_of(filename) AS host, unnest(projects) AS q
  FROM read_json(getvariable('fleet') || '/*/quality.json', filename = true, maximum_object_size = 268435456,
    columns = {projects: 'STRUCT(id VARCHAR, coverage STRUCT(percent DOUBLE, freshness VARCHAR),
      lighthouse STRUCT(score DOUBLE), todos STRUCT(total BIGINT), techDebt VARCHAR, debtScore DOUBLE)[]'})
)
SELECT
  project.host AS host,
  p.id AS project_id,
  coalesce(key_of(p.git.remote), 'host:' || project.host || '/' || p.id) AS project_key,
  p.name AS name,
  p.kind AS kind,
  p.state AS state,
  p.git.branch AS branch,
  p.git.head AS head,
  try_cast(p.git.lastCommit."date" AS TIMESTAMPTZ) AS last_commit,
  p.git.dirty AS dirty,
  p.git.ahead AS ahead,
  p.git.behind AS behind,
  p.counts.files AS files,
  p.counts.commits AS commits,
  -- The language with the most bytes.
  list_reverse_sort([(entry.value, entry.key) FOR entry IN map_entries(p.stack.languages)])[1][2] AS language,
  p.license AS license,
  q.coverage.percent AS coverage,
  q.coverage.freshness AS freshness,
  q.lighthouse.score AS lighthouse,
  q.todos.total AS todos,
  q.techDebt AS tech_debt,
  q.debtScore AS debt_score
FROM project LEFT JOIN quality ON quality.host = project.host AND q.id = p.id;

-- One row for each project: the checkout with the newest commit, and the quality of the newest one that has it.
CREATE OR REPLACE VIEW projects AS
SELECT DISTINCT ON (project_key)
  project_key,
  name,
  count(*) OVER w AS checkouts,
  bool_or(dirty) OVER w AS dirty_anywhere,
  max(behind) OVER w AS most_behind,
  state, branch, head, last_commit, commits, language, license,
  host AS newest_on,
  first_value(coverage) OVER (PARTITION BY project_key ORDER BY (coverage IS NULL), last_commit DESC NULLS LAST, host)
    AS coverage,
  first_value(todos) OVER (PARTITION BY project_key ORDER BY (todos IS NULL), last_commit DESC NULLS LAST, host)
    AS todos
FROM checkouts
WHERE state <> 'missing'
WINDOW w AS (PARTITION BY project_key)
ORDER BY project_key, last_commit DESC NULLS LAST, host;

-- The tokens of each machine. Logs that are synchronized to several machines, and a bill that several read, count once.
-- Sources are never to be added up: a bill contains the usage of the logs.
CREATE OR REPLACE VIEW tokens AS
WITH snapshot AS (
  SELECT host_of(filename) AS host, updatedAt AS updated_at, sources, daily
  FROM read_json(getvariable('fleet') || '/*/tokens.json', filename = true, maximum_object_size = 268435456,
    columns = {updatedAt: 'VARCHAR', sources: 'MAP(VARCHAR, STRUCT(organization VARCHAR))', daily: 'STRUCT(
      "date" VARCHAR, source VARCHAR, model VARCHAR, workspace VARCHAR, id VARCHAR, project VARCHAR,
      tokens STRUCT(input BIGINT, output BIGINT, cacheWrite5m BIGINT, cacheWrite1h BIGINT, cacheRead BIGINT,
        webSearches BIGINT),
      responses BIGINT, costUsd VARCHAR, costBasis VARCHAR)[]'})
),
entry AS (
  SELECT host, updated_at, sources, unnest(daily) AS d FROM snapshot
),
typed AS (
  SELECT
    host,
    updated_at,
    d.source AS source,
    sources[d.source].organization AS account,
    d."date"::DATE AS day,
    d.model AS model,
    coalesce(d.id, d.workspace, d.project, '') AS scope,
    d.id AS project_id,
    CASE WHEN d.costBasis = 'billed' THEN 'bill' ELSE 'log' END AS kind,
    d.tokens.input AS input,
    d.tokens.output AS output,
    d.tokens.cacheWrite5m AS cache_write_5m,
    d.tokens.cacheWrite1h AS cache_write_1h,
    d.tokens.cacheRead AS cache_read,
    d.tokens.webSearches AS web_searches,
    d.responses AS responses,
    d.costUsd::DECIMAL(20, 6) AS cost_usd,
    d.costBasis AS cost_basis
  FROM entry
),
ranked AS (
  SELECT *,
    CASE
      WHEN kind = 'bill' THEN dense_rank() OVER (PARTITION BY kind, source, account, day ORDER BY updated_at DESC, host)
      WHEN responses >= 5 THEN dense_rank() OVER (PARTITION BY kind, source, day, model, input, output,
        cache_write_5m, cache_write_1h, cache_read, responses ORDER BY host)
      WHEN output IS NULL AND cost_usd >= 0.1 AND cost_usd <> round(cost_usd, 2)
        THEN dense_rank() OVER (PARTITION BY kind, source, day, model, output IS NULL, cost_usd ORDER BY host)
      ELSE 1
    END AS copy
  FROM typed
)
SELECT ranked.* EXCLUDE (copy, updated_at), checkouts.project_key AS project_key
FROM ranked LEFT JOIN checkouts USING (host, project_id)
WHERE copy = 1;
