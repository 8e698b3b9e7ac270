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
])('the project %j gets the id %s', (path, id) => {
  expect(ids([path])).toEqual({ [path]: id });
});

test('projects of one name get the names of their parents, then numbers', () => {
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

test('a known project keeps its id, whatever it is called', () => {
  expect(ids(['/a/app', '/b/app'], { '/b/app': 'app', '/a/app': 'mine' })).toEqual({
    '/a/app': 'mine',
    '/b/app': 'app',
  });
});

test('an id that a project has or had is never given again', () => {
  expect(ids(['/b/app'], { '/gone/app': 'app' })).toEqual({ '/b/app': 'b-app' });
  expect(ids(['/a/x/app'], { '/gone/app': 'app', '/gone/b': 'x-app' })).toEqual({
    '/a/x/app': 'x-app-2',
  });
});
