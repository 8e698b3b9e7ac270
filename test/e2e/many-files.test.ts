import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectsSnapshot } from '../../src/schema/projects.ts';
import {
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../helpers/workspace.ts';

const project = resolve(import.meta.dirname, '../..');
const names = ['alpha', 'beta', 'gamma', 'delta'] as const;
const filesEach = 6000;

describe('cached work trees of 24,000 files', () => {
  let workspace: TemporaryWorkspace;
  const repositories = new Map<string, TemporaryRepository>();
  let entry: string;
  let entryCode: string;

  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    for (const name of names) {
      const repository = await workspace.gitRepository(`code/${name}`, {});
      for (let file = 0; file < filesEach; file += 1) {
        const dir = join(repository.path, String(file % 100));
        if (file < 100) mkdirSync(dir);
        writeFileSync(join(dir, `${String(file)}.txt`), 'x\n');
      }
      repository.git('add', '-A');
      repository.git('commit', '-qm', 'Many files');
      repositories.set(name, repository);
    }
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(join(project, part), join(workspace.root, 'program', part), { recursive: true });
    }
    entry = join(workspace.root, 'program/dist/verify-worktrees.cjs');
    entryCode = readFileSync(entry, 'utf8');
    // Files that were written just before a run are cached by the next one.
    run();
    run();
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  const run = (): Record<string, object | undefined> => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(workspace.root, 'program/bin/sync-runner.cjs'), 'run', '--quiet', '--only', 'projects'],
      {
        cwd: workspace.root,
        env: { PATH: process.env['PATH'], HOME: workspace.root },
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const text = readFileSync(workspace.paths.snapshot('projects'), 'utf8');
    const { projects } = projectsSnapshot.parse(JSON.parse(text));
    return Object.fromEntries(projects.map(({ name, git }) => [name, git?.changes ?? undefined]));
  };
  const changes = (unstaged: number, untracked: number): object => ({
    ...{ staged: 0, unstaged, untracked, conflicts: 0 },
  });
  const edit = (name: string, path: string): void => {
    writeFileSync(join(workspace.root, 'code', name, path), 'edited\n');
  };

  test('are compared by two threads, which find every change', () => {
    const mark = join(workspace.root, 'mark');
    writeFileSync(entry, `require('fs').writeFileSync(${JSON.stringify(mark)}, ''); ${entryCode}`);
    const clean = changes(0, 0);
    expect(run()).toEqual({ alpha: clean, beta: clean, gamma: clean, delta: clean });
    expect(existsSync(mark)).toBe(true);

    edit('alpha', '99/5999.txt');
    edit('beta', '0/new.txt');
    edit('gamma', 'new.txt');
    edit('delta', '0/0.txt');
    const edited = {
      ...{ alpha: changes(1, 0), beta: changes(0, 1) },
      ...{ gamma: changes(0, 1), delta: changes(1, 0) },
    };
    expect(run()).toEqual(edited);
    expect(run()).toEqual(edited);
    rmSync(mark);
  });

  test('are all compared when the second thread fails after one of them', () => {
    const before = run();
    edit('delta', '1/1.txt');
    // The thread throws after the first work tree that it takes.
    writeFileSync(
      entry,
      `Atomics.notify = () => { throw new Error('gone'); }; Atomics.store = () => 0; ${entryCode}`,
    );
    expect(run()).toEqual({ ...before, delta: changes(2, 0) });
  });
});
