import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { projectsSnapshot } from '../../src/schema/projects.ts';
import { qualitySnapshot } from '../../src/schema/quality.ts';
import { statusFile } from '../../src/schema/status.ts';
import { tokensSnapshot } from '../../src/schema/tokens.ts';
import { syncs } from '../../src/syncs/registry.ts';
import { runCli, startCli } from './cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from './workspace.ts';

type Line = Readonly<Record<string, unknown>> & { readonly run: string; readonly key: string };

/**
 * Kills runs of the built program at random moments while the input changes. Expects valid files with the
 * fields of the user after each kill, and after each complete run a history that matches the snapshots
 * without lost or duplicate lines.
 */
export async function killAtRandomMoments(rounds: number): Promise<void> {
  await using workspace = await temporaryWorkspace();
  const repositories = [];
  for (const name of ['alpha', 'beta', 'gamma']) {
    repositories.push(await workspace.gitRepository(`code/${name}`, { 'a.js': '// one\n' }));
  }
  await runCli(['run'], { cwd: workspace.root });
  addUserFields(workspace);
  const started = performance.now();
  await runCli(['run'], { cwd: workspace.root });
  const completeRunMs = performance.now() - started;
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const repository = repositories[round % repositories.length];
    await repository?.write('a.js', '// TODO\n'.repeat((round % 7) + 1));
    const { child, ended } = startCli(['run'], { cwd: workspace.root });
    await wait(Math.random() * completeRunMs * 1.1);
    child.kill('SIGKILL');
    const { signal, exitCode } = await ended;
    if (signal === 'SIGKILL') killed += 1;
    else expect(exitCode).toBe(0);
    expectValidFiles(workspace);
    if (round % 5 === 4) {
      const { exitCode: next, stderr } = await runCli(['run'], { cwd: workspace.root });
      expect({ next, stderr }).toEqual({ next: 0, stderr: '' });
      expectExactHistory(workspace);
    }
  }
  expect(killed).toBeGreaterThan(rounds / 3);
  process.stdout.write(
    `${String(rounds)} rounds, ${String(killed)} killed within ${completeRunMs.toFixed(0)} ms\n`,
  );
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const userFields = { client: 'ACME', notes: 'precious', mood: { today: 'good' } };

function addUserFields({ paths }: TemporaryWorkspace): void {
  const path = paths.snapshot('projects');
  const registry = projectsSnapshot.parse(readJson(path));
  const projects = registry.projects.map((project) => ({ ...project, ...userFields }));
  writeFileSync(path, JSON.stringify({ ...registry, projects, extra: 1 }));
}

function expectValidFiles({ paths }: TemporaryWorkspace): void {
  const registry = readJson(paths.snapshot('projects'));
  expect(registry).toMatchObject({ extra: 1, projects: [userFields, userFields, userFields] });
  projectsSnapshot.parse(registry);
  qualitySnapshot.parse(readJson(paths.snapshot('quality')));
  tokensSnapshot.parse(readJson(paths.snapshot('tokens')));
  statusFile.parse(readJson(paths.status));
  for (const series of ['projects', 'quality', 'runs'] as const) historyOf(series, paths);
}

/** Returns all lines of a history; expects that each is complete. */
function historyOf(
  series: 'projects' | 'quality' | 'runs',
  paths: TemporaryWorkspace['paths'],
): readonly Line[] {
  const dir = paths.historyDir(series);
  if (!existsSync(dir)) return [];
  return readdirSync(dir).flatMap((name) => {
    expect(name).toMatch(new RegExp(`^${series}-\\d{4}-\\d\\d\\.jsonl$`));
    const text = readFileSync(join(dir, name), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  });
}

function expectExactHistory({ paths }: TemporaryWorkspace): void {
  const entries = {
    projects: syncs.projects.toHistory(
      projectsSnapshot.parse(readJson(paths.snapshot('projects'))),
    ),
    quality: syncs.quality.toHistory(qualitySnapshot.parse(readJson(paths.snapshot('quality')))),
  };
  for (const series of ['projects', 'quality'] as const) {
    const lines = historyOf(series, paths);
    const written = lines.map(({ run, key }) => `${run} ${key}`);
    expect(new Set(written).size).toBe(written.length);
    for (const entry of entries[series]) {
      const own = lines.filter(({ key }) => key === entry.key);
      const values = own.map(({ run, ...rest }) => ({ day: run.slice(0, 10), rest }));
      expect(values.at(-1)?.rest).toEqual(entry);
      values.slice(1).forEach((value, index) => {
        // Two equal lines of one day are a duplicate.
        expect(value).not.toEqual(values[index]);
      });
    }
  }
  const runs = historyOf('runs', paths).map(({ run }) => run);
  expect(new Set(runs).size).toBe(runs.length);
}
