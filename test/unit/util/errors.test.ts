import { expect, test } from 'vitest';
import { errnoOf } from '../../../src/util/errors.ts';

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

test('errnoOf returns the codes of system errors, with UNKNOWN of Windows, and no others', () => {
  const codes = ['ENOENT', 'E2BIG', 'UNKNOWN', 'ERR_INVALID_ARG_TYPE', 'SOMETHING'];
  expect(codes.map((code) => errnoOf(withCode(code)))).toEqual([
    'ENOENT',
    'E2BIG',
    'UNKNOWN',
    null,
    null,
  ]);
});
