import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryFixtures } from '../integration/git/repository-fixtures.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';
import { hasNoWine, startWindows } from '../helpers/windows/wine.ts';

/** The fixtures whose layout of the git directory or index differs. The others add only time. */
const fixtures = [
  'without a commit',
  'with a detached HEAD',
  'with packed refs',
  'whose branch is a symbolic ref',
  'with SHA-256 object ids',
  'that is shallow and ahead',
  'that is ahead and behind',
  'that borrows objects from another one',
  'with a split index',
  'with a sparse checkout and a file outside of it',
  'with a sparse index',
  'with conflicts',
  'in the middle of a rebase',
  'with an outdated mtime in the index',
  'whose attributes convert line ends',
  'that is a linked work tree',
  'that is a linked work tree of a bare repository',
  'that contains a submodule with changes',
  'whose .git file names a directory in the work tree',
  'with a commit in the encoding Latin-1',
];

type Build = (workspace: TemporaryWorkspace, path: string) => Promise<unknown>;

/** Repositories in which Windows differs. */
const others: Readonly<Record<string, Build>> = {
  'with Windows line ends': async (workspace, path) => {
    const text = '// TODO: remove\r\nexport {};\r\n';
    const repository = await workspace.gitRepository(path, { 'a.ts': text, 'b.ts': text });
    await repository.write('b.ts', `${text}// FIXME: this too\r\n`);
  },
  'with composed and decomposed names': async (workspace, path) => {
    const repository = await workspace.gitRepository(path, { 'é.ts': '', 'e\u0301/ü.ts': '' });
    await repository.write('e\u0301/new ö.ts', '// TODO: one\n');
  },
  'with paths longer than 260 characters': async (workspace, path) => {
    const deep = `${'a directory with a long name/'.repeat(9)}file.ts`;
    const repository = await workspace.gitRepository(path, { [deep]: '// TODO: one\n' });
    // Of the same size, so that git has to read it.
    await repository.write(deep, '// TODO: two\n');
    await repository.write(`${deep}x`, 'untracked\n');
  },
  'with negated rules of .gitignore': async (workspace, path) => {
    const rules = '/build/*\n!/build/kept\n*.log\n!important.log\n\\#x\nspaced\\ \n';
    const repository = await workspace.gitRepository(path, { '.gitignore': rules });
    const names = ['build/a', 'build/kept', 'x.log', 'sub/important.log', '#x', 'spaced'];
    for (const name of names) await repository.write(name, '');
  },
  'with attributes of git-lfs': async (workspace, path) => {
    const repository = await workspace.gitRepository(path, {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'a.bin': 'version https://git-lfs.github.com/spec/v1\n',
    });
    await repository.write('a.bin', 'changed\n');
  },
  'with a coverage report': async (workspace, path) => {
    const lcov = 'SF:src/a.ts\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n';
    await workspace.gitRepository(path, {
      'package.json': '{ "name": "covered", "license": "MIT" }',
      'src/a.ts': 'one();\ntwo();\n',
      'coverage/lcov.info': lcov,
    });
  },
};

/** Removes what must differ: times of the run, and the number by which a directory is found again. */
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    ['updatedAt', 'firstSeen', 'fileId'].includes(key) ? undefined : part,
  );

describe.skipIf(hasNoWine)('on Windows (skipped if wine is not installed)', () => {
  test('projects and quality of the same repositories are identical on Linux and Windows', async () => {
    await using workspace = await temporaryWorkspace();
    await using windows = await startWindows();
    const builds = fixtures.map((name) => [name, repositoryFixtures[name]] as const);
    for (const [name, build] of [...builds, ...Object.entries(others)]) {
      await build?.(workspace, `code/${name}`);
    }
    for (const system of ['linux', 'windows']) {
      const config = { projects: { roots: ['../code'] } };
      await workspace.write(`${system}/data/config/sync.json`, JSON.stringify(config));
    }
    const run = ['run', '--json', '--workspace'] as const;
    const onLinux = await runCli([...run, 'linux'], { cwd: workspace.root });
    const onWindows = await windows.cli([...run, 'windows'], { cwd: workspace.root });
    expect(onLinux).toMatchObject({ exitCode: 0, stderr: '' });
    expect(onWindows).toMatchObject({ exitCode: 0, stderr: '' });
    const read = async (system: string, file: string): Promise<unknown> => {
      const text = await readFile(join(workspace.root, system, 'data', file), 'utf8');
      const portable = text.replaceAll('Z:\\\\', '/').replaceAll('\\\\', '/');
      return withoutTimes(JSON.parse(portable));
    };
    for (const file of ['projects.json', 'quality.json']) {
      const expected = (await read('linux', file)) as { readonly projects: readonly unknown[] };
      expect(expected.projects).toHaveLength(builds.length + Object.keys(others).length);
      expect(await read('windows', file)).toEqual(expected);
    }
  });
});
