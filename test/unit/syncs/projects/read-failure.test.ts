import { expect, test } from 'vitest';
import { UserError } from '../../../../src/util/errors.ts';
import { RepositoryError } from '../../../../src/git/repository.ts';
import { toStateFailure } from '../../../../src/syncs/projects/read-failure.ts';

const coded = (code: string): Error => Object.assign(new Error(code), { code });

test('toStateFailure returns errors of the repository and its directory as failures', () => {
  expect(toStateFailure(new RepositoryError('broken-head', 'error', 'HEAD is\nodd'))).toEqual({
    code: 'broken-head',
    state: 'error',
    message: 'HEAD is odd',
  });
  expect(toStateFailure(coded('EACCES'))).toMatchObject({ code: 'eacces', state: 'unreadable' });
});

test('toStateFailure returns the error UNKNOWN, as Windows has for an unreachable share, as a failure', () => {
  expect(toStateFailure(coded('UNKNOWN'))).toMatchObject({ code: 'unknown', state: 'unreadable' });
});

test.each([
  ['a bug', new TypeError('x is not a function')],
  ['an argument error of Node', coded('ERR_INVALID_ARG_TYPE')],
  ['a timeout of the run', new UserError('timeout', 'took too long')],
  ['exhausted file descriptors', coded('EMFILE')],
  ['exhausted memory', coded('ENOMEM')],
])('toStateFailure rethrows %s', (_name, error) => {
  expect(() => toStateFailure(error)).toThrow(error);
});
