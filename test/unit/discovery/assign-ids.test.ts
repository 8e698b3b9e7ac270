import { expect, test } from 'vitest';
import { assignIds } from '../../../src/discovery/assign-ids.ts';

const ids = (paths: readonly string[], known: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(assignIds(paths, new Map(Object.entries(known)), Object.values(known)));

test.each([
  ['/code/sync-runner', 'sync-runner'],
  ['/code/My App (old)', 'my-app-old'],
  ['/code/a_b.c-D', 'a_b.c-d'],
  ['/code/Größe', 'größe'],
  ['/code/日本語', '日本語'],
  ['/code/-.x.-', 'x'],
  ['/code/new\nline\u001b[31mred', 'new-line-31mred'],
  ['/code/🎉', 'project'],
  ['/', 'project'],
])('assignIds returns for the path %j the id %s', (path, id) => {
  expect(ids([path])).toEqual({ [path]: id });
});

test('assignIds prepends the parent name, then appends a number, when names are equal', () => {
  const paths = ['/d/x/app', '/a/app', '/b/app', '/c/x/app', '/e/x/App'];
  expect(ids(paths)).toEqual({
    '/a/app': 'app',
    '/b/app': 'b-app',
    '/c/x/app': 'x-app',
    '/d/x/app': 'x-app-2',
    '/e/x/App': 'x-app-3',
  });
  expect(ids(paths.toReversed())).toEqual(ids(paths));
});

test('assignIds returns the id of a known project whatever its name is', () => {
  expect(ids(['/a/app', '/b/app'], { '/b/app': 'app', '/a/app': 'mine' })).toEqual({
    '/a/app': 'mine',
    '/b/app': 'app',
  });
});

test('assignIds never returns the id of another known project', () => {
  expect(ids(['/b/app'], { '/gone/app': 'app' })).toEqual({ '/b/app': 'b-app' });
  expect(ids(['/a/x/app'], { '/gone/app': 'app', '/gone/b': 'x-app' })).toEqual({
    '/a/x/app': 'x-app-2',
  });
});
