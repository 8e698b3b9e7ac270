import { describe, expect, test } from 'vitest';
import type { FoundProject } from '../../../../src/discovery/discovery.ts';
import { after, answer, temporaryHome, type Changes } from './collecting.ts';

const found = (...projects: readonly (readonly [id: string, path: string])[]): Changes => ({
  discover: () =>
    Promise.resolve({
      roots: [],
      projects: projects.map(([id, path]): FoundProject => ({
        id,
        path,
        name: id,
        kind: 'git',
        fileId: null,
        root: 0,
      })),
      missing: [],
      warnings: [],
    }),
});

describe('a folder of the logs', () => {
  test('belongs to the innermost project of the registry that holds it', async () => {
    await using home = await temporaryHome();
    for (const cwd of ['/home/dev/app', '/home/dev/app/web/src', '/home/dev/apple']) {
      const folder = cwd.replaceAll('/', '-');
      await home.writeLog(`${folder}/a.jsonl`, [answer({ id: folder, cwd })]);
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

  test('stays with its project when that is moved or gone', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [answer({ cwd: '/home/dev/app' })]);
    const first = await home.collect(found(['app', '/home/dev/app']));
    const second = await home.collect({ ...after(first), ...found(['app', '/srv/app']) });
    expect(second.snapshot.projects).toMatchObject([{ id: 'app', projectPath: '/home/dev/app' }]);
  });
});

describe('with hidden paths', () => {
  const hidden = { options: { claudeCode: { hashPaths: true } } };

  test('no folder is told, but its project is', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-secret/a.jsonl', [answer({ cwd: '/home/dev/secret' })]);
    const known = found(['app', '/home/dev/secret']);
    const first = await home.collect({ ...hidden, ...known });
    expect(JSON.stringify(first.snapshot)).not.toContain('secret');
    const path = expect.stringMatching(/^sha256:[0-9a-f]{16}$/) as string;
    expect(first.snapshot.projects).toMatchObject([{ id: 'app', projectPath: path, logDir: path }]);
    expect(first.snapshot.daily).toMatchObject([
      { project: first.snapshot.projects[0]?.projectPath },
    ]);
    const moved = await home.collect({ ...hidden, ...after(first) });
    expect(moved.snapshot).toEqual(first.snapshot);
  });

  test('a lost cache doubles nothing', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [answer({ cwd: '/home/dev/app' })]);
    const first = await home.collect(hidden);
    const again = await home.collect({ ...hidden, previous: first.snapshot });
    expect(again.snapshot).toEqual(first.snapshot);
    // The same when they are shown again: the logs still tell which they are.
    const shown = await home.collect({ previous: first.snapshot });
    expect(shown.snapshot).toEqual((await home.collect()).snapshot);
  });

  test('what vanished logs gave is kept', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [answer({ cwd: '/home/dev/app' })]);
    const first = await home.collect(hidden);
    await using empty = await temporaryHome();
    await empty.writeLog('-home-dev-other/a.jsonl', []);
    const later = await empty.collect({ ...hidden, previous: first.snapshot });
    expect(later.snapshot.daily).toEqual(first.snapshot.daily);
    expect(later.snapshot.projects).toEqual(first.snapshot.projects);
  });
});
