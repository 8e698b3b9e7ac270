import { expect, test } from 'vitest';
import { createProjectFinder } from '../../../src/analytics/project-of-path.ts';

test('createProjectFinder finds a project by any spelling of its Windows path', () => {
  const project = { id: 'alpha', path: 'C:\\Code\\Alpha', previousPaths: ['D:\\Old'] };
  const find = createProjectFinder([project]);
  const paths = ['c:\\code\\alpha\\src', 'C:/Code/alpha', 'd:/old', 'C:\\Code\\Alphabet'];
  expect(paths.map(find)).toEqual(['alpha', 'alpha', 'alpha', null]);
});

test('createProjectFinder distinguishes POSIX paths by case', () => {
  const find = createProjectFinder([{ id: 'alpha', path: '/code/Alpha', previousPaths: [] }]);
  expect(['/code/Alpha/src', '/code/alpha'].map(find)).toEqual(['alpha', null]);
});
