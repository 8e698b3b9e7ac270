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

test('createProjectFinder finds a project by both forms of composed characters, the exact one first', () => {
  const [composed, decomposed] = ['/code/Caf\u00e9', '/code/Cafe\u0301'];
  const one = { id: 'one', path: decomposed, previousPaths: [] };
  expect(createProjectFinder([one])(`${composed}/src`)).toBe('one');
  const two = { id: 'two', path: composed, previousPaths: [] };
  for (const projects of [
    [one, two],
    [two, one],
  ]) {
    const find = createProjectFinder(projects);
    expect([find(`${decomposed}/src`), find(`${composed}/src`)]).toEqual(['one', 'two']);
  }
});
