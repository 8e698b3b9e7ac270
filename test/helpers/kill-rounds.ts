import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { projectsSnapshot } from '../../src/schema/projects.ts';
import { qualitySnapshot } from '../../src/schema/quality.ts';
import { statusFile } from '../../src/schema/status.ts';
import { tokensSnapshot } from '../../src/schema/tokens.ts';
import { projects } from '../../src/syncs/projects/index.ts';
import { quality } from '../../src/syncs/quality/index.ts';
import { runCli, startCli } from './cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from './workspace.ts';

type Line = Readonly<Record<string, unknown>> & { readonly run: string; readonly key: string };

export interface KillFigures {
  readonly rounds: number;
  /** Runs that were killed before they ended. */
  readonly killed: number;
  readonly completeRunMs: number;
  /** Lost, changed, incomplete or duplicate data, and runs that failed. */
  readonly faults: readonly string[];
}

/**
 * Kills runs of the built program at random moments while the input changes. Checks the files and the fields
 * of the user after each kill, and after each complete run whether the history matches the snapshots without
 * lost or duplicate lines. Rejects if a file does not match its schema.
 */
export async function killAtRandomMoments(rounds: number): Promise<KillFigures> {
  await using workspace = await temporaryWorkspace();
  const repositories = [];
  for (const name of ['alpha', 'beta', 'gamma']) {
    repositories.push(await workspace.gitRepository(`code/${name}`, { 'a.js': '// one\n' }));
  }
  await runCli(['run'], { cwd: workspace.root });
  addUserFields(workspace);
  let startedMs = performance.now();
  await runCli(['run'], { cwd: workspace.root });
  // That of the last complete run: the load of the machine changes.
  let completeRunMs = performance.now() - startedMs;
  const faults: string[] = [];
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const repository = repositories[round % repositories.length];
    await repository?.write('a.js', '// TODO\n'.repeat((round % 7) + 1));
    startedMs = performance.now();
    const { child, ended } = startCli(['run'], { cwd: workspace.root });
    const exit = once(child, 'exit').then(() => performance.now() - startedMs);
    await wait(Math.random() * completeRunMs * 1.1);
    child.kill('SIGKILL');
    const { signal, exitCode } = await ended;
    if (signal === 'SIGKILL') killed += 1;
    else if (exitCode === 0) completeRunMs = await exit;
    else faults.push(`a run exited with ${String(exitCode)}`);
    faults.push(...findFileFaults(workspace));
    if (round % 5 === 4) {
      const next = await runCli(['run'], { cwd: workspace.root });
      if (next.exitCode !== 0 || next.stderr !== '') {
        faults.push(`the next run exited with ${String(next.exitCode)}: ${next.stderr}`);
      }
      faults.push(...findHistoryFaults(workspace));
    }
  }
  return { rounds, killed, completeRunMs, faults };
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const userFields = { client: 'ACME', notes: 'precious', mood: { today: 'good' } };

function addUserFields({ paths }: TemporaryWorkspace): void {
  const path = paths.snapshot('projects');
  const registry = projectsSnapshot.parse(readJson(path));
  const projects = registry.projects.map((project) => ({ ...project, ...userFields }));
  writeFileSync(path, JSON.stringify({ ...registry, projects, extra: 1 }));
}

function findFileFaults({ paths }: TemporaryWorkspace): readonly string[] {
  const registry = readJson(paths.snapshot('projects')) as Record<string, unknown>;
  const projects = registry['projects'] as readonly Record<string, unknown>[];
  projectsSnapshot.parse(registry);
  qualitySnapshot.parse(readJson(paths.snapshot('quality')));
  tokensSnapshot.parse(readJson(paths.snapshot('tokens')));
  statusFile.parse(readJson(paths.status));
  const hasUserFields = (project: Record<string, unknown>): boolean =>
    Object.entries(userFields).every(([key, value]) => isDeepStrictEqual(project[key], value));
  return [
    ...(registry['extra'] === 1 ? [] : ['the unknown key of the registry is lost']),
    ...(projects.length === 3 ? [] : [`there are ${String(projects.length)} projects`]),
    ...projects
      .filter((project) => !hasUserFields(project))
      .map(({ id }) => `user fields of ${String(id)} are lost`),
    ...seriesNames.flatMap((series) => readSeries(series, paths).faults),
  ];
}

const seriesNames = ['projects', 'quality', 'runs'] as const;

/** Returns all lines of a history, and the faults of its files. */
function readSeries(
  series: (typeof seriesNames)[number],
  paths: TemporaryWorkspace['paths'],
): { readonly lines: readonly Line[]; readonly faults: readonly string[] } {
  const dir = paths.historyDir(series);
  const names = existsSync(dir) ? readdirSync(dir) : [];
  const pattern = new RegExp(`^${series}-\\d{4}-\\d\\d\\.jsonl$`);
  const faults = names.filter((name) => !pattern.test(name)).map((name) => `unknown file ${name}`);
  const lines = names.flatMap((name) => {
    const text = readFileSync(join(dir, name), 'utf8');
    if (!text.endsWith('\n')) faults.push(`the last line of ${name} is incomplete`);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  });
  return { lines, faults };
}

function findHistoryFaults({ paths }: TemporaryWorkspace): readonly string[] {
  const entries = {
    projects: projects.toHistory(projectsSnapshot.parse(readJson(paths.snapshot('projects')))),
    quality: quality.toHistory(qualitySnapshot.parse(readJson(paths.snapshot('quality')))),
  };
  const faults = duplicatesOf(readSeries('runs', paths).lines.map(({ run }) => `run ${run}`));
  for (const series of ['projects', 'quality'] as const) {
    const { lines } = readSeries(series, paths);
    faults.push(...duplicatesOf(lines.map(({ run, key }) => `${series} ${run} ${key}`)));
    for (const entry of entries[series]) {
      const name = `${series} ${entry.key}`;
      const values = lines
        .filter(({ key }) => key === entry.key)
        .map(({ run, ...rest }) => ({ day: run.slice(0, 10), rest }));
      const last = values.at(-1)?.rest;
      if (!isDeepStrictEqual(last, JSON.parse(JSON.stringify(entry)))) {
        faults.push(`the last line of ${name} is ${JSON.stringify(last)}`);
      }
      // Two equal lines of one day are a duplicate.
      const repeated = values.filter((value, index) => isDeepStrictEqual(value, values[index - 1]));
      faults.push(...repeated.map(({ day }) => `${name} has two equal lines on ${day}`));
    }
  }
  return faults;
}

const duplicatesOf = (names: readonly string[]): string[] =>
  names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${name} was written twice`);
