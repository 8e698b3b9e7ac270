import { expect, test } from 'vitest';
import { canOthersRead } from '../../../src/config/windows-acl.ts';

const user = 'S-1-5-21-1004336348-1177238915-682003330-1001';

test.each([
  ['a file in a home directory', `D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;${user})`],
  ['a file with the rights of the owner only', `D:PAI(A;;FA;;;${user})`],
  ['rights that only apply to files in it', `D:AI(A;OICIIO;FA;;;WD)(A;ID;FA;;;${user})`],
  ['a denial', `D:AI(D;;FR;;;WD)(A;ID;FA;;;${user})`],
  ['a group that may not read', 'D:AI(A;;0x100000;;;BU)(A;;WD;;;BU)'],
])('canOthersRead returns false for %s', (_, sddl) => {
  expect(canOthersRead(sddl)).toBe(false);
});

test.each([
  [
    'a file in a directory below C:\\',
    'D:AI(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)',
  ],
  ['everyone', `D:AI(A;;FR;;;WD)(A;ID;FA;;;${user})`],
  ['everyone by number', 'D:AI(A;;0x80000000;;;S-1-1-0)'],
  ['all rights of guests', 'D:AI(A;;GA;;;BG)'],
  ['no list at all', 'D:NO_ACCESS_CONTROL'],
])('canOthersRead returns true for %s', (_, sddl) => {
  expect(canOthersRead(sddl)).toBe(true);
});
