import { expect, test } from 'vitest';
import { UserError } from '../../../../src/util/errors.ts';
import { RepositoryError } from '../../../../src/git/repository.ts';
import { problemOf } from '../../../../src/syncs/projects/project-problem.ts';

const coded = (code: string): Error => Object.assign(new Error(code), { code });

test('what is wrong with a repository or its folder is a problem of the project', () => {
  expect(problemOf(new RepositoryError('broken-head', 'error', 'HEAD is\nodd'))).toEqual({
    code: 'broken-head',
    state: 'error',
    message: 'HEAD is odd',
  });
  expect(problemOf(coded('EACCES'))).toMatchObject({ code: 'eacces', state: 'unreadable' });
});

test.each([
  ['a bug', new TypeError('x is not a function')],
  ['a bug that Node found', coded('ERR_INVALID_ARG_TYPE')],
  ['a time limit of the run', new UserError('timeout', 'took too long')],
  ['a machine without file descriptors', coded('EMFILE')],
  ['a machine without memory', coded('ENOMEM')],
])('%s is no problem of a project', (_name, error) => {
  expect(() => problemOf(error)).toThrow(error);
});
