import { describe, expect, test } from 'vitest';
import type { FoundProject } from '../../../../src/discovery/discovery.ts';
import { emptyDiscovery } from '../../../helpers/context.ts';
import { afterRun, responseLine, temporaryHome, type Changes } from './run-tokens.ts';

const found = (...projects: readonly (readonly [id: string, path: string])[]): Changes => ({
  discover: () =>
    Promise.resolve({
      ...emptyDiscovery,
      projects: projects.map(([id, path]): FoundProject => ({
        id,
        path,
        name: id,
        kind: 'git',
        fileId: null,
        ignoresCase: false,
        root: 0,
      })),
    }),
});

describe('ids of projects', () => {
  test('a path gets the id of the innermost registered project that contains it', async () => {
    await using home = await temporaryHome();
    for (const cwd of ['/home/dev/app', '/home/dev/app/web/src', '/home/dev/apple']) {
      const folder = cwd.replaceAll('/', '-');
      await home.writeLog(`${folder}/a.jsonl`, [responseLine({ id: folder, cwd })]);
    }
    const { snapshot } = await home.collect(
      found(['app', '/home/dev/app'], ['web', '/home/dev/app/web']),
    );
    expect(snapshot.projects.map(({ projectPath: path, id }) => [path, id])).toEqual([
      ['/home/dev/app', 'app'],
      ['/home/dev/app/web/src', 'web'],
      ['/home/dev/apple', null],
    ]);
  });

  test('a path keeps its id when the registered project is moved or gone', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [responseLine({ cwd: '/home/dev/app' })]);
    const first = await home.collect(found(['app', '/home/dev/app']));
    const second = await home.collect({ ...afterRun(first), ...found(['app', '/srv/app']) });
    expect(second.snapshot.projects).toMatchObject([{ id: 'app', projectPath: '/home/dev/app' }]);
    expect(second.snapshot.daily).toMatchObject([{ id: 'app', project: '/home/dev/app' }]);
  });
});

test('a path in another case gets the id of the project where the file system ignores case', async () => {
  await using home = await temporaryHome();
  const cwds = ['/users/dev/app/src', '/users/dev/other'];
  for (const cwd of cwds) {
    const folder = cwd.replaceAll('/', '-');
    await home.writeLog(`${folder}/a.jsonl`, [responseLine({ id: folder, cwd })]);
  }
  const projects: readonly FoundProject[] = ['App', 'Other'].map((name) => ({
    ...{ id: name, name, path: `/Users/dev/${name}`, kind: 'git', fileId: null, root: 0 },
    ignoresCase: name === 'App',
  }));
  const { snapshot } = await home.collect({
    discover: () => Promise.resolve({ ...emptyDiscovery, projects }),
  });
  expect(snapshot.projects.map(({ projectPath, id }) => [projectPath, id])).toEqual([
    ['/users/dev/app/src', 'App'],
    ['/users/dev/other', null],
  ]);
});

test('a path gets the id of a project whose path has the other form of composed characters', async () => {
  await using home = await temporaryHome();
  await home.writeLog('-home-dev-caf--src/a.jsonl', [
    responseLine({ cwd: '/home/dev/caf\u00e9/src' }),
  ]);
  const { snapshot } = await home.collect(found(['cafe', '/home/dev/cafe\u0301']));
  expect(snapshot.projects).toMatchObject([{ id: 'cafe' }]);
});

describe('hashPaths', () => {
  const hashed = { options: { hashPaths: true } };

  test('replaces all paths by hashes and keeps the ids of projects', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-secret/a.jsonl', [responseLine({ cwd: '/home/dev/secret' })]);
    const known = found(['app', '/home/dev/secret']);
    const first = await home.collect({ ...hashed, ...known });
    expect(JSON.stringify(first.snapshot)).not.toContain('secret');
    const path = expect.stringMatching(/^sha256:[0-9a-f]{16}$/) as string;
    expect(first.snapshot.projects).toMatchObject([{ id: 'app', projectPath: path, logDir: path }]);
    expect(first.snapshot.daily).toMatchObject([
      { project: first.snapshot.projects[0]?.projectPath, id: 'app' },
    ]);
    const moved = await home.collect({ ...hashed, ...afterRun(first) });
    expect(moved.snapshot).toEqual(first.snapshot);
  });

  test('is also read under its former name', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [responseLine({ cwd: '/home/dev/app' })]);
    const former = await home.collect({ options: { claudeCode: { hashPaths: true } } });
    expect(former.snapshot).toEqual((await home.collect(hashed)).snapshot);
  });

  test('can be switched when the cache is lost without counting usage twice', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [responseLine({ cwd: '/home/dev/app' })]);
    const first = await home.collect(hashed);
    const again = await home.collect({ ...hashed, previous: first.snapshot });
    expect(again.snapshot).toEqual(first.snapshot);
    // The logs still contain the paths that the hashes are of.
    const shown = await home.collect({ previous: first.snapshot });
    expect(shown.snapshot).toEqual((await home.collect()).snapshot);
  });

  test('keeps the usage of deleted logs', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [responseLine({ cwd: '/home/dev/app' })]);
    const first = await home.collect(hashed);
    await using empty = await temporaryHome();
    await empty.writeLog('-home-dev-other/a.jsonl', []);
    const later = await empty.collect({ ...hashed, previous: first.snapshot });
    expect(later.snapshot.daily).toEqual(first.snapshot.daily);
    expect(later.snapshot.projects).toEqual(first.snapshot.projects);
  });
});
