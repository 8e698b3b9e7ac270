import { expect, test } from 'vitest';
import { concernsProject } from '../../../src/commands/project-status.ts';

const project = { id: 'app-2', path: '/code/work/app' };

test.each([
  ['its id', 'app-2', true],
  ['a file below its id', 'app-2: coverage/lcov.info', true],
  ['its path', '/code/work/app', true],
  ['a path inside of it', '/code/work/app/.git/HEAD', true],
  ['the id of a project with the same name', 'app', false],
  ['a file of a project with the same name', 'app: coverage/lcov.info', false],
  ['a path that only starts the same', '/code/work/app2', false],
  ['unknown', null, false],
])('concernsProject for a subject that is %s', (_, subject, expected) => {
  expect(concernsProject(subject, project)).toBe(expected);
});
