-- Schema version 1. `sync-runner fleet migrate` executes it as the owner, in one transaction under an advisory lock.
CREATE SCHEMA IF NOT EXISTS sync_runner;
SET LOCAL search_path = sync_runner;

CREATE TABLE meta (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  schema_version int NOT NULL,
  protocols int[] NOT NULL            -- the supported push_N
);

CREATE TABLE host (
  host_id uuid PRIMARY KEY,
  secret bytea,                       -- SHA-256 of the secret of the host; null if it is identified by its name
  login text NOT NULL,                -- the role of the first push
  name text NOT NULL, team text,
  parent uuid,                        -- the host of which it is a copy
  seq bigint NOT NULL DEFAULT 0,      -- number of accepted pushes
  token uuid,                         -- of the last accepted push
  cursors jsonb NOT NULL DEFAULT '{}',
  version text, platform text, time_zone text, push_minutes int,
  last_run timestamptz, outcome text,
  first_push timestamptz NOT NULL DEFAULT now(), last_push timestamptz NOT NULL DEFAULT now(),
  skew_seconds double precision       -- the clock of the host minus that of the server
);
CREATE TABLE source (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, source text NOT NULL,
  account text,                       -- of a bill: the organisation, else a hash of the key; null for logs
  status text NOT NULL, message text, covered_from date, covered_to date,
  PRIMARY KEY (host_id, source)
);
CREATE TABLE project (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, project_id text NOT NULL,
  project_key text NOT NULL,          -- github.com/org/repo, else host:<host_id>/<id>
  hash text NOT NULL,
  name text NOT NULL, kind text NOT NULL, state text NOT NULL, path text, branch text, head text, last_commit timestamptz,
  dirty boolean, ahead bigint, behind bigint, files bigint, commits bigint, language text, license text,
  first_seen timestamptz, missing_since timestamptz,
  extra jsonb NOT NULL DEFAULT '{}',  -- displayed, never cast
  PRIMARY KEY (host_id, project_id)
);
CREATE INDEX project_by_key ON project (project_key);
CREATE TABLE quality (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, project_id text NOT NULL, hash text NOT NULL,
  head text, coverage numeric(5,2), freshness text, lighthouse numeric(5,2), todos bigint, files bigint, lines bigint,
  tech_debt text, debt_score numeric(5,2), confidence text,
  PRIMARY KEY (host_id, project_id)
);
CREATE TABLE token_set (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, source text NOT NULL, day date NOT NULL, hash text NOT NULL,
  PRIMARY KEY (host_id, source, day)
);
CREATE TABLE token_day (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, source text NOT NULL, day date NOT NULL, model text NOT NULL,
  scope text NOT NULL,                -- project id, folder:<hash>, or workspace of a bill; '' without one
  project_key text, account text,
  -- Null for an agent whose logs contain costs only.
  input bigint, output bigint, cache_write_5m bigint, cache_write_1h bigint, cache_read bigint, web_searches bigint,
  responses bigint,
  cost_usd numeric(20,6), cost_basis text NOT NULL, price_version text,
  again boolean NOT NULL DEFAULT false,  -- another host has sent equal values: a copy of the same logs
  PRIMARY KEY (host_id, source, day, model, scope)
);
CREATE INDEX token_day_same ON token_day (source, day, model, output, input) WHERE NOT again AND account IS NULL;
CREATE INDEX token_day_bill ON token_day (source, account, day) WHERE account IS NOT NULL;
CREATE INDEX token_day_by_day ON token_day (day);
CREATE TABLE project_day (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, project_id text NOT NULL, day date NOT NULL,
  run timestamptz NOT NULL, state text NOT NULL, branch text, head text, dirty boolean,
  ahead bigint, behind bigint, files bigint, commits bigint,
  PRIMARY KEY (host_id, project_id, day)
);
CREATE TABLE quality_day (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, project_id text NOT NULL, day date NOT NULL,
  run timestamptz NOT NULL, head text, coverage numeric(5,2), lighthouse numeric(5,2), todos bigint,
  tech_debt text, debt_score numeric(5,2),
  PRIMARY KEY (host_id, project_id, day)
);
CREATE TABLE run (
  host_id uuid NOT NULL REFERENCES host ON DELETE CASCADE, run timestamptz NOT NULL, finished_at timestamptz NOT NULL,
  duration_ms bigint NOT NULL, outcome text NOT NULL, trigger text NOT NULL, syncs jsonb NOT NULL,
  PRIMARY KEY (host_id, run)
);

CREATE FUNCTION secret_of(host jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE AS
  $$ SELECT sha256(convert_to(host->>'secret', 'UTF8')) $$;

/* Whether two hosts with this cost have the same logs: tokens are unknown, and it is neither low nor a round price. */
CREATE FUNCTION is_distinctive(output bigint, cost numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS
  $$ SELECT coalesce(output IS NULL AND cost >= 0.1 AND cost <> round(cost, 2), false) $$;

/* The supported versions, for a host whose function does not exist. */
CREATE FUNCTION about() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sync_runner, pg_temp AS
  $$ SELECT jsonb_build_object('schemaVersion', schema_version, 'protocols', protocols) FROM meta $$;

/* One push of one host: one transaction, one round trip. Returns the state ok, conflict or not-yours. */
CREATE FUNCTION push_1(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sync_runner, pg_temp AS $$
DECLARE
  h jsonb := p->'host';
  me uuid := (h->>'id')::uuid;
  known host%ROWTYPE;
BEGIN
  INSERT INTO host (host_id, secret, login, name, team, parent)
  VALUES (me, secret_of(h), session_user, h->>'name', h->>'team', (h->>'parent')::uuid)
  ON CONFLICT (host_id) DO NOTHING;
  SELECT * INTO STRICT known FROM host WHERE host_id = me FOR UPDATE;
  IF known.secret IS DISTINCT FROM secret_of(h) OR known.login <> session_user THEN
    RETURN jsonb_build_object('state', 'not-yours', 'name', known.name, 'lastPush', known.last_push);
  END IF;
  -- Compare and set: a host that does not know the last accepted push gets a conflict, and nothing is changed.
  IF known.token IS DISTINCT FROM (p->>'token')::uuid THEN
    RETURN jsonb_build_object('state', 'conflict', 'seq', known.seq, 'token', known.token, 'name', known.name,
      'lastPush', known.last_push);
  END IF;

  IF p ? 'projects' THEN
    DELETE FROM project t USING jsonb_array_elements_text(p->'projects'->'drop') gone(id)
      WHERE t.host_id = me AND t.project_id = gone.id;
    DELETE FROM quality t USING jsonb_array_elements_text(p->'projects'->'drop') gone(id)
      WHERE t.host_id = me AND t.project_id = gone.id;
    DELETE FROM project_day t USING jsonb_array_elements_text(p->'projects'->'drop') gone(id)
      WHERE t.host_id = me AND t.project_id = gone.id;
    DELETE FROM quality_day t USING jsonb_array_elements_text(p->'projects'->'drop') gone(id)
      WHERE t.host_id = me AND t.project_id = gone.id;
    INSERT INTO project SELECT me, r.id, r.key, r.hash, r.name, r.kind, r.state, r.path, r.branch, r.head, r.last_commit,
        r.dirty, r.ahead, r.behind, r.files, r.commits, r.language, r.license, r.first_seen, r.missing_since,
        coalesce(r.extra, '{}')
      FROM jsonb_to_recordset(p->'projects'->'put') AS r(id text, key text, hash text, name text, kind text, state text,
        path text, branch text, head text, last_commit timestamptz, dirty boolean, ahead bigint, behind bigint,
        files bigint, commits bigint, language text, license text, first_seen timestamptz, missing_since timestamptz,
        extra jsonb)
    ON CONFLICT (host_id, project_id) DO UPDATE SET (project_key, hash, name, kind, state, path, branch, head,
        last_commit, dirty, ahead, behind, files, commits, language, license, first_seen, missing_since, extra)
      = (excluded.project_key, excluded.hash, excluded.name, excluded.kind, excluded.state, excluded.path,
        excluded.branch, excluded.head, excluded.last_commit, excluded.dirty, excluded.ahead, excluded.behind,
        excluded.files, excluded.commits, excluded.language, excluded.license, excluded.first_seen,
        excluded.missing_since, excluded.extra);
  END IF;
  IF p ? 'quality' THEN
    DELETE FROM quality t USING jsonb_array_elements_text(p->'quality'->'drop') gone(id)
      WHERE t.host_id = me AND t.project_id = gone.id;
    INSERT INTO quality SELECT me, r.*
      FROM jsonb_to_recordset(p->'quality'->'put') AS r(id text, hash text, head text, coverage numeric, freshness text,
        lighthouse numeric, todos bigint, files bigint, lines bigint, tech_debt text, debt_score numeric, confidence text)
    ON CONFLICT (host_id, project_id) DO UPDATE SET (hash, head, coverage, freshness, lighthouse, todos, files, lines,
        tech_debt, debt_score, confidence)
      = (excluded.hash, excluded.head, excluded.coverage, excluded.freshness, excluded.lighthouse, excluded.todos,
        excluded.files, excluded.lines, excluded.tech_debt, excluded.debt_score, excluded.confidence);
  END IF;
  IF p ? 'sources' THEN
    INSERT INTO source SELECT me, r.* FROM jsonb_to_recordset(p->'sources')
      AS r(source text, account text, status text, message text, covered_from date, covered_to date)
    ON CONFLICT (host_id, source) DO UPDATE SET (account, status, message, covered_from, covered_to)
      = (excluded.account, excluded.status, excluded.message, excluded.covered_from, excluded.covered_to);
  END IF;
  IF p ? 'tokens' THEN
    -- One push at a time, so that of two hosts with the same logs exactly one counts.
    PERFORM pg_advisory_xact_lock(1937337955, 1);
    -- A day of a source is replaced completely; equal rows are not written. Without a hash the day is removed.
    DELETE FROM token_day t USING jsonb_to_recordset(p->'tokens'->'sets') AS s(source text, day date)
      WHERE t.host_id = me AND t.source = s.source AND t.day = s.day AND NOT EXISTS (
        SELECT 1 FROM jsonb_to_recordset(p->'tokens'->'rows') AS r(source text, day date, model text, scope text)
        WHERE r.source = t.source AND r.day = t.day AND r.model = t.model AND r.scope = t.scope);
    DELETE FROM token_set t USING jsonb_to_recordset(p->'tokens'->'sets') AS s(source text, day date, hash text)
      WHERE s.hash IS NULL AND t.host_id = me AND t.source = s.source AND t.day = s.day;
    INSERT INTO token_set SELECT me, s.source, s.day, s.hash
      FROM jsonb_to_recordset(p->'tokens'->'sets') AS s(source text, day date, hash text) WHERE s.hash IS NOT NULL
    ON CONFLICT (host_id, source, day) DO UPDATE SET hash = excluded.hash;
    INSERT INTO token_day AS t SELECT me, r.*, r.account IS NULL AND (
          coalesce(r.n, 0) >= 5 AND EXISTS (
            SELECT 1 FROM token_day o WHERE NOT o.again AND o.account IS NULL AND o.host_id <> me AND o.source = r.source
              AND o.day = r.day AND o.model = r.model AND o.output = r.o AND o.input = r.i AND o.cache_write_5m = r.w5
              AND o.cache_write_1h = r.w1 AND o.cache_read = r.cr AND o.responses = r.n)
          OR is_distinctive(r.o, r.usd) AND EXISTS (
            SELECT 1 FROM token_day o WHERE NOT o.again AND o.account IS NULL AND o.host_id <> me AND o.source = r.source
              AND o.day = r.day AND o.model = r.model AND o.output IS NULL AND o.cost_usd = r.usd))
      FROM jsonb_to_recordset(p->'tokens'->'rows') AS r(source text, day date, model text, scope text, key text,
        account text, i bigint, o bigint, w5 bigint, w1 bigint, cr bigint, ws bigint, n bigint, usd numeric,
        basis text, prices text)
    ON CONFLICT (host_id, source, day, model, scope) DO UPDATE SET (project_key, account, input, output, cache_write_5m,
        cache_write_1h, cache_read, web_searches, responses, cost_usd, cost_basis, price_version, again)
      = (excluded.project_key, excluded.account, excluded.input, excluded.output, excluded.cache_write_5m,
        excluded.cache_write_1h, excluded.cache_read, excluded.web_searches, excluded.responses, excluded.cost_usd,
        excluded.cost_basis, excluded.price_version, excluded.again)
    WHERE (t.project_key, t.account, t.input, t.output, t.cache_write_5m, t.cache_write_1h, t.cache_read, t.web_searches,
        t.responses, t.cost_usd, t.cost_basis, t.price_version, t.again)
      IS DISTINCT FROM (excluded.project_key, excluded.account, excluded.input, excluded.output, excluded.cache_write_5m,
        excluded.cache_write_1h, excluded.cache_read, excluded.web_searches, excluded.responses, excluded.cost_usd,
        excluded.cost_basis, excluded.price_version, excluded.again);
  END IF;
  IF p ? 'projectDays' THEN
    INSERT INTO project_day SELECT me, r.* FROM jsonb_to_recordset(p->'projectDays')
      AS r(id text, day date, run timestamptz, state text, branch text, head text, dirty boolean, ahead bigint,
           behind bigint, files bigint, commits bigint)
    ON CONFLICT (host_id, project_id, day) DO UPDATE SET (run, state, branch, head, dirty, ahead, behind, files, commits)
      = (excluded.run, excluded.state, excluded.branch, excluded.head, excluded.dirty, excluded.ahead, excluded.behind,
        excluded.files, excluded.commits);
  END IF;
  IF p ? 'qualityDays' THEN
    INSERT INTO quality_day SELECT me, r.* FROM jsonb_to_recordset(p->'qualityDays')
      AS r(id text, day date, run timestamptz, head text, coverage numeric, lighthouse numeric, todos bigint,
           tech_debt text, debt_score numeric)
    ON CONFLICT (host_id, project_id, day) DO UPDATE SET (run, head, coverage, lighthouse, todos, tech_debt, debt_score)
      = (excluded.run, excluded.head, excluded.coverage, excluded.lighthouse, excluded.todos, excluded.tech_debt,
        excluded.debt_score);
  END IF;
  IF p ? 'runs' THEN
    INSERT INTO run SELECT me, r.* FROM jsonb_to_recordset(p->'runs')
      AS r(run timestamptz, finished timestamptz, ms bigint, outcome text, trigger text, syncs jsonb)
    ON CONFLICT (host_id, run) DO NOTHING;
  END IF;
  UPDATE host SET seq = seq + 1, token = (p->>'next')::uuid, cursors = cursors || coalesce(p->'cursors', '{}'),
    name = h->>'name', team = h->>'team', version = h->>'version', platform = h->>'platform',
    time_zone = h->>'timeZone', push_minutes = (h->>'pushMinutes')::int,
    last_run = coalesce((h->>'lastRun')::timestamptz, last_run), outcome = coalesce(h->>'outcome', outcome),
    last_push = now(), skew_seconds = extract(epoch FROM (p->>'now')::timestamptz - clock_timestamp())
  WHERE host_id = me RETURNING * INTO known;
  RETURN jsonb_build_object('state', 'ok', 'seq', known.seq, 'skewSeconds', round(known.skew_seconds::numeric, 1));
END $$;

/* The hashes and cursors of a host, from which it continues if it has lost its own. */
CREATE FUNCTION manifest_1(p jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sync_runner, pg_temp AS $$
DECLARE
  me uuid := (p->>'id')::uuid;
  known host%ROWTYPE;
BEGIN
  SELECT * INTO known FROM host WHERE host_id = me;
  IF NOT FOUND THEN RETURN jsonb_build_object('state', 'unknown'); END IF;
  IF known.secret IS DISTINCT FROM secret_of(p) OR known.login <> session_user THEN
    RETURN jsonb_build_object('state', 'not-yours', 'name', known.name, 'lastPush', known.last_push);
  END IF;
  RETURN jsonb_build_object('state', 'ok', 'seq', known.seq, 'token', known.token, 'cursors', known.cursors,
    'projects', (SELECT coalesce(jsonb_object_agg(project_id, hash), '{}') FROM project WHERE host_id = me),
    'quality', (SELECT coalesce(jsonb_object_agg(project_id, hash), '{}') FROM quality WHERE host_id = me),
    'tokens', (SELECT coalesce(jsonb_object_agg(source || '|' || day, hash), '{}') FROM token_set WHERE host_id = me));
END $$;

/* Determines again which of several equal rows counts, after hosts were removed. For the owner. */
CREATE FUNCTION settle() RETURNS bigint LANGUAGE plpgsql SET search_path = sync_runner, pg_temp AS $$
DECLARE changed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(1937337955, 1);
  WITH same AS (
    SELECT t.host_id, source, day, model, scope, t.host_id <> first_value(t.host_id) OVER (
      PARTITION BY source, day, model, input, output, cache_write_5m, cache_write_1h, cache_read, responses,
        CASE WHEN output IS NULL THEN cost_usd END
      ORDER BY again, h.first_push, t.host_id) AS is_again
    FROM token_day t JOIN host h USING (host_id)
    WHERE account IS NULL AND (responses >= 5 OR is_distinctive(output, cost_usd)))
  UPDATE token_day t SET again = is_again FROM same s
  WHERE (t.host_id, t.source, t.day, t.model, t.scope) = (s.host_id, s.source, s.day, s.model, s.scope)
    AND t.again <> is_again;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END $$;

CREATE VIEW hosts AS
SELECT h.host_id, h.name, h.team, h.version, h.platform, h.time_zone, h.last_run, h.outcome, h.first_push,
  h.last_push, h.skew_seconds, h.parent,
  -- A copy of it has pushed since its own last push.
  EXISTS (SELECT 1 FROM host c WHERE c.parent = h.host_id AND c.first_push > h.last_push) AS superseded,
  h.last_push < now() - 3 * coalesce(h.push_minutes, 60) * interval '1 minute' AS silent
FROM host h;

-- The host whose rows count for a day of a bill: the one that covers most, then the latest.
CREATE VIEW bill_teller AS
SELECT DISTINCT ON (t.source, t.account, t.day) t.source, t.account, t.day, t.host_id
FROM (SELECT DISTINCT source, account, day, host_id FROM token_day WHERE account IS NOT NULL) t
JOIN host h USING (host_id) LEFT JOIN source s USING (host_id, source)
ORDER BY t.source, t.account, t.day, s.covered_to DESC NULLS LAST, h.last_push DESC, t.host_id;

CREATE VIEW tokens AS
SELECT t.*, 'log' AS kind FROM token_day t WHERE account IS NULL AND NOT again
UNION ALL
SELECT t.*, 'bill' FROM token_day t JOIN bill_teller USING (source, account, day, host_id);

CREATE VIEW checkouts AS
SELECT p.host_id, h.name AS host, h.team, p.project_id, p.project_key, p.name, p.kind, p.state, p.path, p.branch,
  p.head, p.last_commit, p.dirty, p.ahead, p.behind, p.files, p.commits, p.language, p.license, p.first_seen,
  p.missing_since, q.head AS quality_head, q.coverage, q.freshness, q.lighthouse, q.todos, q.tech_debt, q.debt_score
FROM project p JOIN hosts h USING (host_id) LEFT JOIN quality q USING (host_id, project_id)
WHERE NOT h.superseded;

-- One row per project: the checkout with the newest commit, and the quality of the newest checkout that has one.
CREATE VIEW projects AS
SELECT DISTINCT ON (project_key) project_key, name, count(*) OVER w AS checkouts, bool_or(dirty) OVER w AS dirty_anywhere,
  max(behind) OVER w AS most_behind, state, branch, head, last_commit, commits, language, license, host AS newest_on,
  first_value(coverage) OVER (w ORDER BY (coverage IS NULL), last_commit DESC NULLS LAST, host_id) AS coverage,
  first_value(todos) OVER (w ORDER BY (todos IS NULL), last_commit DESC NULLS LAST, host_id) AS todos,
  first_value(debt_score) OVER (w ORDER BY (debt_score IS NULL), last_commit DESC NULLS LAST, host_id) AS debt_score
FROM checkouts WHERE state <> 'missing'
WINDOW w AS (PARTITION BY project_key)
ORDER BY project_key, last_commit DESC NULLS LAST, host_id;

-- Readers have the right to use the schema, too, and must not push.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sync_runner FROM PUBLIC;

INSERT INTO meta VALUES (true, 1, '{1}');
