import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli, startCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

type Entry = Readonly<Record<string, unknown>>;

let workspace: TemporaryWorkspace;

/** Creates three projects that a run has found. */
async function createProjects(): Promise<() => PromiseLike<void>> {
  workspace = await temporaryWorkspace();
  await workspace.gitRepository('code/alpha', { 'src/a.ts': '// TODO: one\n' });
  await workspace.gitRepository('code/beta', { 'b.ts': '// TODO: one\n// TODO: two\n' });
  await workspace.gitRepository('code/gone', { 'c.ts': '// TODO: one\n' });
  await run();
  return () => workspace[Symbol.asyncDispose]();
}

const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: workspace.root });
const run = (): Promise<CliResult> => cli('run', '--quiet', '--only', 'projects,quality');
const remove = (path: string): Promise<void> => rm(join(workspace.root, path), { recursive: true });
const entries = async (name: 'projects' | 'quality'): Promise<readonly Entry[]> => {
  const text = await readFile(workspace.paths.snapshot(name), 'utf8');
  return (JSON.parse(text) as { projects: readonly Entry[] }).projects;
};
const ids = async (name: 'projects' | 'quality'): Promise<readonly unknown[]> =>
  (await entries(name)).map(({ id }) => id);
const found = async (...words: string[]): Promise<readonly string[]> => {
  const { stdout } = await cli('projects', '--json', ...words);
  return (JSON.parse(stdout) as { projects: { id: string }[] }).projects.map(({ id }) => id);
};

const annotate = (id: string, ...fields: string[]): Promise<CliResult> =>
  cli('projects', 'set', id, ...fields);

describe('projects set', () => {
  beforeEach(createProjects);

  test('writes the fields of the user, and no other field, without a run', async () => {
    const before = await entries('projects');
    expect(
      await annotate('alpha', 'client=ACME Corp', 'tags=web, api,web', 'deadline=2026-12-31'),
    ).toEqual({
      exitCode: 0,
      signal: null,
      stdout: 'Set client, tags, deadline of alpha\n',
      stderr: '',
    });
    const fields = { client: 'ACME Corp', tags: ['web', 'api'], deadline: '2026-12-31' };
    const expected = before.map((one) => (one['id'] === 'alpha' ? { ...one, ...fields } : one));
    expect(await entries('projects')).toEqual(expected);
    await run();
    expect(await entries('projects')).toMatchObject([fields, {}, {}]);
  });

  test('keeps unknown keys of the file, and removes a field with an empty value', async () => {
    const path = workspace.paths.snapshot('projects');
    const document = JSON.parse(await readFile(path, 'utf8')) as object;
    await workspace.write('data/projects.json', JSON.stringify({ ...document, mood: 'good' }));
    await annotate('alpha', 'client=ACME', 'notes=Call them', 'tags=web');
    await annotate('alpha', 'client=', 'tags=');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ mood: 'good' });
    expect((await entries('projects'))[0]).toMatchObject({
      client: null,
      tags: [],
      notes: 'Call them',
    });
  });

  test('loses no field when eight processes set different fields at once', async () => {
    const names = ['client', 'notes', 'deadline', 'tags'];
    const values = ['ACME', 'Call them', '2026-12-31', 'web'];
    const started = ['alpha', 'beta'].flatMap((id) =>
      names.map(
        (name, index) =>
          startCli(['projects', 'set', id, `${name}=${values[index] ?? ''}`], {
            cwd: workspace.root,
          }).ended,
      ),
    );
    for (const { exitCode, stderr } of await Promise.all(started)) {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    }
    const fields = { client: 'ACME', notes: 'Call them', deadline: '2026-12-31', tags: ['web'] };
    expect(await entries('projects')).toMatchObject([fields, fields, {}]);
  });
});

// These change nothing, so they share the projects.
describe('projects set', () => {
  beforeAll(createProjects);

  test.each([
    [['alpha', 'clinet=ACME'], 'clinet: expected FIELD=VALUE'],
    [['alpha', 'state=ok'], 'state: expected FIELD=VALUE'],
    [['alpha', 'client=a', 'client=b'], 'client is given twice'],
    [['alpha', 'deadline=2026-02-30'], "expected a day such as 2026-12-31, not '2026-02-30'"],
    [['alpha'], 'at least one field'],
    [['alhpa', 'client=ACME'], 'unknown project alhpa (did you mean alpha?)'],
  ])('%j exits 2 and changes nothing', async (args, message) => {
    const before = await readFile(workspace.paths.snapshot('projects'), 'utf8');
    const { exitCode, stdout, stderr } = await cli('projects', 'set', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(await readFile(workspace.paths.snapshot('projects'), 'utf8')).toBe(before);
  });

  test('rejects a value of more than 10,000 characters', async () => {
    const { exitCode, stderr } = await annotate('alpha', `notes=${'x'.repeat(10_001)}`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'error: notes has more than 10000 characters\n',
    });
  });
});

describe('the fields of the user', () => {
  beforeAll(createProjects);
  beforeAll(async () => {
    await annotate('alpha', 'client=ACME', 'tags=web,api', 'deadline=2026-12-31', 'notes=Call Ann');
    await annotate('beta', 'client=Globex', 'tags=web');
  });

  test.each([
    [['acme'], ['alpha']],
    [['client=acme'], ['alpha']],
    [['client=ac'], []],
    [['tags=web'], ['alpha', 'beta']],
    [['tags=web', 'client=globex'], ['beta']],
    [['client='], ['gone']],
    [['notes=ann'], ['alpha']],
    [['deadline=2026-12-31'], ['alpha']],
  ])('select projects with %j', async (words, expected) => {
    expect((await found(...words)).toSorted()).toEqual(expected);
  });

  test('group projects with their sums', async () => {
    const { stdout } = await cli('projects', '--by', 'tags', '--json');
    const none = { changes: 0, cost30Usd: null, cost30MicroUsd: null, needingAttention: 0 };
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      by: 'tags',
      groups: [
        { ...none, value: 'api', projects: 1, todos: 1 },
        { ...none, value: 'web', projects: 2, todos: 3 },
        { ...none, value: null, projects: 1, todos: 1 },
      ],
    });
    const client = await cli('projects', '--by', 'client');
    expect(client.stdout).toBe('ACME\t1\t0\t0\t1\t\nGlobex\t1\t0\t0\t2\t\n\t1\t0\t0\t1\t\n');
  });

  test('are in the export and on the page of the project', async () => {
    const { stdout } = await cli('export', 'projects', '--json');
    expect((JSON.parse(stdout) as { rows: readonly Entry[] }).rows[0]).toMatchObject({
      id: 'alpha',
      client: 'ACME',
      deadline: '2026-12-31',
      notes: 'Call Ann',
      tags: 'web api',
    });
    const page = (await cli('status', 'alpha')).stdout;
    expect(page).toContain('\nclient     ACME\ntags       web, api\ndeadline   2026-12-31\n');
    expect(page).toContain('\nnotes      Call Ann\n');
  });
});

describe('projects forget', () => {
  beforeEach(createProjects);

  test('removes a project that is gone from registry, quality and sums, and keeps its history', async () => {
    await remove('code/gone');
    await run();
    expect((await cli('projects', 'forget', 'gone')).stdout).toBe(
      'Forgot gone; its history was kept\n',
    );
    const registry = JSON.parse(
      await readFile(workspace.paths.snapshot('projects'), 'utf8'),
    ) as object;
    expect(registry).toMatchObject({ summary: { projects: 2, missing: 0 } });
    const analytics = await readFile(workspace.paths.analytics, 'utf8');
    expect(analytics).not.toContain('"gone"');
    expect((await cli('status', '--json')).stdout).not.toContain('"gone"');
    await run();
    expect(await ids('projects')).toEqual(['alpha', 'beta']);
    expect(await ids('quality')).toEqual(['alpha', 'beta']);
    expect((await cli('history', 'projects')).stdout).toContain('\tgone\t');
  });

  test('refuses a project that exists, and one whose root can not be read', async () => {
    const refused = async (id: string): Promise<string> => {
      const { exitCode, stdout, stderr } = await cli('projects', 'forget', id);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      return stderr;
    };
    expect(await refused('alpha')).toContain("alpha can't be forgotten: the last run found it");
    await workspace.write(
      'data/config/sync.json',
      JSON.stringify({ projects: { roots: ['code'], exclude: ['beta'] } }),
    );
    await run();
    expect(await refused('beta')).toContain('/code/beta exists');
    await remove('code');
    await run();
    expect(await refused('alpha')).toContain('is unreachable, so it may exist');
    expect(await ids('projects')).toEqual(['alpha', 'beta', 'gone']);
  });

  test('accepts a project that is gone after its root left the configuration', async () => {
    await workspace.write('other/gamma/package.json', '{}');
    const roots = JSON.stringify({ projects: { roots: ['other'] } });
    await workspace.write('data/config/sync.json', roots);
    await run();
    await remove('code/gone');
    expect(await cli('projects', 'forget', 'gone')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await ids('projects')).toEqual(['alpha', 'beta', 'gamma']);
  });

  test('exits 75 and changes nothing while a run holds the lock', async () => {
    await remove('code/gone');
    await run();
    await workspace.write('data/.sync-lock', '{"pid":1}');
    const { exitCode, stderr } = await cli('projects', 'forget', 'gone');
    expect(exitCode).toBe(75);
    expect(stderr).toContain('a run is in progress; nothing was changed');
    expect(await ids('projects')).toContain('gone');
  });
});

describe('status and history find the project', () => {
  beforeAll(createProjects);

  const idAt = async (cwd: string, path: string): Promise<unknown> => {
    const { stdout } = await runCli(['status', path, '--json'], { cwd: join(workspace.root, cwd) });
    return (JSON.parse(stdout) as { project?: Entry }).project?.['id'];
  };

  test('in or above the current directory, and at any path inside of it', async () => {
    expect(await idAt('code/alpha', '.')).toBe('alpha');
    expect(await idAt('code/alpha/src', '.')).toBe('alpha');
    expect(await idAt('code/alpha/src', '..')).toBe('alpha');
    expect(await idAt('code', 'alpha/src/a.ts')).toBe('alpha');
    expect(await idAt('', join(workspace.root, 'code/beta/b.ts'))).toBe('beta');
    await symlink(join(workspace.root, 'code/beta'), join(workspace.root, 'link'));
    expect(await idAt('', './link')).toBe('beta');
    const { stdout } = await runCli(['history', '.'], { cwd: join(workspace.root, 'code/beta') });
    expect(stdout).toContain('\tquality\t');
  });

  test('and report a path outside of every project', async () => {
    const { exitCode, stdout, stderr } = await cli('status', '.');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe(
      'error: .: no known project contains this path\n  fix: sync-runner projects\n',
    );
  });
});
