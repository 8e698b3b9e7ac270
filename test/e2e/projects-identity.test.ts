import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

interface Registry {
  readonly projects: readonly Readonly<Record<string, unknown>>[];
}

const read = async (
  workspace: TemporaryWorkspace,
  name: 'projects' | 'quality',
): Promise<Registry> =>
  JSON.parse(await readFile(workspace.paths.snapshot(name), 'utf8')) as Registry;

const run = (workspace: TemporaryWorkspace, only = 'projects'): Promise<CliResult> =>
  runCli(['run', '--only', only, '--workspace', workspace.root]);

/** Returns `STATE PATH` by project id, with paths relative to `code/`. */
async function projectsOf(workspace: TemporaryWorkspace): Promise<object> {
  const { projects } = await read(workspace, 'projects');
  return Object.fromEntries<string>(
    projects.map(({ id, state, path }) => [
      String(id),
      `${String(state)} ${String(path).slice(workspace.root.length + '/code/'.length)}`,
    ]),
  );
}

test('projects keep their user fields and quality when they are moved', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.gitRepository('code/alpha', { 'a.ts': '// TODO: x\n' });
  await run(workspace, 'projects,quality');
  const path = workspace.paths.snapshot('projects');
  const own = { client: 'ACME', notes: 'Mine.', mood: { today: 'good' } };
  const { projects, ...rest } = await read(workspace, 'projects');
  await writeFile(
    path,
    JSON.stringify({ ...rest, projects: projects.map((one) => ({ ...one, ...own })) }),
  );

  await mkdir(join(workspace.root, 'code/clients'));
  await rename(join(workspace.root, 'code/alpha'), join(workspace.root, 'code/clients/omega'));
  const { stdout } = await run(workspace, 'projects,quality');
  expect(stdout).toContain('Updated 1 projects, added 0 new projects');
  expect(await projectsOf(workspace)).toEqual({ alpha: 'ok clients/omega' });
  expect((await read(workspace, 'projects')).projects[0]).toMatchObject({
    ...own,
    name: 'omega',
    previousPaths: [join(workspace.root, 'code/alpha')],
  });
  expect((await read(workspace, 'quality')).projects).toMatchObject([
    { id: 'alpha', path: join(workspace.root, 'code/clients/omega') },
  ]);
});

test('projects get an id for each clone and copy, and keep it when they are cloned again', async () => {
  await using workspace = await temporaryWorkspace();
  const origin = await workspace.gitRepository('elsewhere/tool', { 'a.ts': 'x' });
  const clone = (name: string): string =>
    git(workspace.root, 'clone', '-q', origin.path, `code/${name}`);
  clone('one');
  clone('two');
  await workspace.write('code/pack/go.mod', 'module x\n');
  await run(workspace);
  expect(await projectsOf(workspace)).toEqual({ one: 'ok one', two: 'ok two', pack: 'ok pack' });

  await cp(join(workspace.root, 'code/one'), join(workspace.root, 'code/copy'), {
    recursive: true,
  });
  await run(workspace);
  await rm(join(workspace.root, 'code/two'), { recursive: true });
  await run(workspace);
  clone('again');
  await run(workspace);
  expect(await projectsOf(workspace)).toEqual({
    ...{ one: 'ok one', copy: 'ok copy', two: 'ok again', pack: 'ok pack' },
  });
});

test('projects are not observed, with a warning, while the file system of their root is not mounted', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
  await run(workspace);
  const before = (await read(workspace, 'projects')).projects;
  await rename(join(workspace.root, 'code'), join(workspace.root, 'away'));
  const { stderr } = await run(workspace);
  expect(stderr).toContain('nothing under it was marked missing');
  expect((await read(workspace, 'projects')).projects).toEqual([
    {
      ...before[0],
      state: 'not-observed',
      notObservedSince: expect.any(String) as string,
      lastSeen: expect.any(String) as string,
    },
  ]);
  await rename(join(workspace.root, 'away'), join(workspace.root, 'code'));
  await run(workspace);
  expect((await read(workspace, 'projects')).projects).toEqual(before);
});

test('projects include submodules and packages of a monorepo only when includeNested is set', async () => {
  await using workspace = await temporaryWorkspace();
  const library = await workspace.gitRepository('elsewhere/library', { 'a.ts': 'x' });
  const mono = await workspace.gitRepository('code/mono', {
    'package.json': '{}',
    'packages/web/package.json': '{"dependencies":{"react":"19"}}',
  });
  mono.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', library.path, 'library');
  git(workspace.root, 'clone', '-q', '--bare', mono.path, 'code/mirror.git');
  mono.git('worktree', 'add', '-q', join(workspace.root, 'code/linked'));
  await run(workspace);
  const plain = { mono: 'ok mono', 'mirror.git': 'ok mirror.git', linked: 'ok linked' };
  expect(await projectsOf(workspace)).toEqual(plain);

  const config = { projects: { roots: ['code'], includeNested: true } };
  await workspace.write('data/config/sync.json', JSON.stringify(config));
  const { stderr } = await run(workspace);
  expect(stderr).toBe('');
  expect(await projectsOf(workspace)).toEqual({
    ...plain,
    library: 'ok mono/library',
    web: 'ok linked/packages/web',
    'packages-web': 'ok mono/packages/web',
  });
});

test('a copy of a template does not get the id and notes of a copy that is removed in the same run', async () => {
  await using workspace = await temporaryWorkspace();
  const template = await workspace.gitRepository('code/template', { 'a.ts': 'x' });
  const copy = (name: string): Promise<void> =>
    cp(template.path, join(workspace.root, 'code', name), { recursive: true });
  await copy('one');
  await copy('two');
  await run(workspace);
  const { projects, ...rest } = await read(workspace, 'projects');
  const notes = projects.map((one) => ({ ...one, notes: String(one['id']) }));
  await writeFile(
    workspace.paths.snapshot('projects'),
    JSON.stringify({ ...rest, projects: notes }),
  );
  await rm(join(workspace.root, 'code/one'), { recursive: true });
  await copy('three');
  await run(workspace);
  expect(await projectsOf(workspace)).toEqual({
    ...{ one: 'missing one', template: 'ok template', three: 'ok three', two: 'ok two' },
  });
  const three = (await read(workspace, 'projects')).projects.find(({ id }) => id === 'three');
  expect(three?.['notes']).toBeNull();
});
