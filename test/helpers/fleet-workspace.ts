import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceAt, type Workspace } from '../../src/config/workspace.ts';
import { publish, type PublishOptions, type PublishResult } from '../../src/publish/publish.ts';
import { configFile } from '../../src/schema/config.ts';
import { fleetFile, type FleetFile } from '../../src/schema/fleet.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { testSystem } from './context.ts';
import type { TestDatabase } from './postgres.ts';
import { randomNumbers } from './random.ts';
import {
  gitOf,
  projectOf,
  projectsSnapshot,
  qualityOf,
  qualitySnapshot,
  tokensSnapshot,
  usageOf,
} from './snapshots.ts';

export interface FleetSize {
  readonly seed: number;
  readonly projects?: number;
  /** Days of usage and of history up to `today`. */
  readonly days?: number;
}

const today = Date.UTC(2026, 10, 28);
const dayMs = 86_400_000;
const dayAt = (index: number): string => new Date(today + index * dayMs).toISOString().slice(0, 10);

/** A workspace with generated data, as its runs would leave it. */
export class FleetWorkspace {
  readonly root: string;
  readonly paths: Workspace;
  private readonly random: () => number;
  private runs = 0;
  private readonly seed: number;

  constructor({ seed, projects = 6, days = 20 }: FleetSize, root?: string) {
    this.root = root ?? mkdtempSync(join(tmpdir(), 'sync-runner-fleet-'));
    this.paths = workspaceAt(this.root);
    this.random = randomNumbers(seed);
    this.seed = seed;
    this.create(projects, days);
  }

  /** A copy of all files in another directory, as of a cloned machine. */
  clone(): FleetWorkspace {
    const root = mkdtempSync(join(tmpdir(), 'sync-runner-fleet-'));
    cpSync(this.root, root, { recursive: true, preserveTimestamps: true });
    const copy = Object.create(FleetWorkspace.prototype) as FleetWorkspace;
    return Object.assign(copy, this, {
      root,
      paths: workspaceAt(root),
      seed: this.seed + 1000,
      random: randomNumbers(this.seed + 1000),
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  configure(fleet: object): void {
    this.write('data/config/sync.json', JSON.stringify({ projects: { roots: [] }, fleet }));
  }

  identity(): FleetFile {
    return fleetFile.parse(this.read(this.paths.fleet));
  }

  /** Publishes within this process. */
  async publish(
    database: TestDatabase,
    { fleet = {}, ...changes }: Partial<PublishOptions> & { readonly fleet?: object } = {},
  ): Promise<PublishResult> {
    const url = '$FLEET_URL';
    return publish({
      workspace: this.paths,
      config: configFile.parse({ fleet: { url, name: `host-${String(this.seed)}`, ...fleet } }),
      system: testSystem({ env: { FLEET_URL: database.url('writer') } }),
      signal: new AbortController().signal,
      timeoutMs: null,
      spreadMs: 0,
      ...changes,
    });
  }

  /** Changes the data as a run does. */
  run(): void {
    this.runs += 1;
    const at = new Date(today + this.runs * 900_000).toISOString();
    const tokens = this.read(this.paths.snapshot('tokens')) as Snapshot<'tokens'>;
    for (const entry of tokens.daily) {
      if (entry.date !== dayAt(0) || this.random() > 0.4 || entry.tokens === null) continue;
      entry.tokens.output += Math.floor(this.random() * 1000);
      entry.costUsd = (Number(entry.costUsd) + this.random()).toFixed(6);
    }
    this.writeSnapshot('tokens', tokens);
    const projects = this.read(this.paths.snapshot('projects')) as Snapshot<'projects'>;
    for (const project of projects.projects) {
      if (this.random() > 0.5) continue;
      project.counts.commits = (project.counts.commits ?? 0) + 1;
      this.appendProject(at, project.id, project.counts.commits);
    }
    this.writeSnapshot('projects', projects);
    this.append('runs', at, runOf(at));
  }

  /** The sums that the database must contain for this host. */
  expected(): Record<string, string> {
    const tokens = this.read(this.paths.snapshot('tokens')) as Snapshot<'tokens'>;
    const projects = this.read(this.paths.snapshot('projects')) as Snapshot<'projects'>;
    const quality = this.read(this.paths.snapshot('quality')) as Snapshot<'quality'>;
    const projectDays = this.lastLines('projects');
    const qualityDays = this.lastLines('quality');
    const sum = (values: readonly unknown[]): number =>
      values.reduce((total: number, value) => total + Math.round(Number(value) * 1e6), 0);
    const numbers = {
      projects: projects.projects.length,
      commits: sum(projects.projects.map(({ counts }) => counts.commits)) / 1e6,
      quality: quality.projects.length,
      tokens: tokens.daily.length,
      output: sum(tokens.daily.map((entry) => entry.tokens?.output ?? 0)) / 1e6,
      cost: sum(tokens.daily.map(({ costUsd }) => costUsd)),
      runs: this.lines('runs').length,
      projectDays: projectDays.length,
      dayCommits: sum(projectDays.map(({ commits }) => commits)) / 1e6,
      qualityDays: qualityDays.length,
      dayTodos: sum(qualityDays.map(({ todos }) => todos)) / 1e6,
    };
    return Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [name, String(value)]),
    );
  }

  write(path: string, content: string): void {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
  }

  read(path: string): unknown {
    return JSON.parse(readFileSync(path, 'utf8'));
  }

  writeSnapshot(name: 'tokens' | 'projects' | 'quality', snapshot: object): void {
    this.write(`data/${name}.json`, JSON.stringify(snapshot));
  }

  private create(count: number, days: number): void {
    const ids = Array.from({ length: count }, (_, index) => `project-${String(index)}`);
    const remote = (index: number): string => `git@github.com:Acme/repo-${String(index)}.git`;
    this.writeSnapshot(
      'projects',
      projectsSnapshot(
        ...ids.map((id, index) =>
          projectOf(id, {
            path: `/home/ada/secret-place/${id}`,
            git: gitOf({ remote: remote(index) }),
            client: 'Initech',
            counts: { files: 10, commits: 10 + index },
          }),
        ),
      ),
    );
    this.writeSnapshot(
      'quality',
      qualitySnapshot(
        ...ids.map((id, index) => qualityOf(id, { percent: 50 + index, todos: index })),
      ),
    );
    const usage = Array.from({ length: days }, (_, index) =>
      ids.map((id) =>
        usageOf(dayAt(index - days + 1), {
          id,
          project: `/home/ada/secret-place/${id}`,
          tokens: {
            ...{ cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, webSearches: 0 },
            input: Math.floor(this.random() * 1e6),
            output: Math.floor(this.random() * 1e6),
          },
          responses: 5 + Math.floor(this.random() * 100),
          costUsd: (this.random() * 10).toFixed(6),
        }),
      ),
    ).flat();
    this.writeSnapshot('tokens', tokensSnapshot(usage));
    for (let index = 1 - days; index <= 0; index += 1) {
      const at = `${dayAt(index)}T00:00:00.000Z`;
      for (const [order, id] of ids.entries()) {
        this.appendProject(at, id, 10 + order);
        const entry = {
          key: id,
          head: null,
          coverage: 50.25,
          lighthouse: null,
          todos: order,
          techDebt: null,
          debtScore: null,
        };
        this.append('quality', at, { run: at, ...entry });
      }
      this.append('runs', at, runOf(at));
    }
  }

  private appendProject(run: string, key: string, commits: number): void {
    const facts = {
      state: 'ok',
      branch: 'main',
      head: null,
      dirty: false,
      ahead: 0,
      behind: 0,
      files: 10,
    };
    this.append('projects', run, { run, key, ...facts, commits });
  }

  private append(series: 'runs' | 'projects' | 'quality', run: string, line: object): void {
    const path = join(this.paths.historyDir(series), `${series}-${run.slice(0, 7)}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  }

  private lines(series: 'runs' | 'projects' | 'quality'): readonly Record<string, unknown>[] {
    const dir = this.paths.historyDir(series);
    return readdirSync(dir)
      .toSorted()
      .flatMap((name) => readFileSync(join(dir, name), 'utf8').trimEnd().split('\n'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  private lastLines(series: 'projects' | 'quality'): readonly Record<string, unknown>[] {
    const last = new Map<string, Record<string, unknown>>();
    for (const line of this.lines(series)) {
      last.set(`${String(line['key'])} ${String(line['run']).slice(0, 10)}`, line);
    }
    return [...last.values()];
  }
}

/** Returns the sums that the database contains for a host, comparable with `expected`. */
export async function storedSums(
  database: TestDatabase,
  id: string,
): Promise<Record<string, string>> {
  const of = (table: string, value = 'count(*)'): string =>
    `(SELECT ${value}::text FROM sync_runner.${table} WHERE host_id = $1)`;
  const [row] = await database.sql(
    `SELECT ${of('project')} AS projects, ${of('project', 'sum(commits)')} AS commits, ${of('quality')} AS quality,
      ${of('token_day')} AS tokens, ${of('token_day', 'sum(output)')} AS output,
      ${of('token_day', '(sum(cost_usd) * 1000000)::bigint')} AS cost, ${of('run')} AS runs,
      ${of('project_day')} AS "projectDays", ${of('project_day', 'sum(commits)')} AS "dayCommits",
      ${of('quality_day')} AS "qualityDays", ${of('quality_day', 'sum(todos)')} AS "dayTodos"`,
    [id],
  );
  return row as Record<string, string>;
}

const runOf = (run: string): object => ({
  run,
  finishedAt: run,
  durationMs: 100,
  outcome: 'success',
  trigger: 'scheduled',
  syncs: { tokens: { outcome: 'error', error: '/home/ada/secret-place: permission denied' } },
});
