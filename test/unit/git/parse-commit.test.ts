import { describe, expect, test } from 'vitest';
import { parseCommit } from '../../../src/git/commits/parse-commit.ts';

const person = 'Ada <ada@example.com> 1793530800 +0100';

function commit(
  message: string | Buffer,
  { author = person, committer = person, more = '' } = {},
): Buffer {
  const head = `tree ${'0'.repeat(40)}\nauthor ${author}\ncommitter ${committer}\n${more}\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(message)]);
}

const parse = (object: Buffer) => parseCommit('1234', object);

test('a commit is its hash, date, subject and author', () => {
  expect(parse(commit('Subject\n\nBody\n'))).toEqual({
    hash: '1234',
    date: '2026-11-01T11:00:00.000Z',
    subject: 'Subject',
    author: 'Ada',
    tree: '0'.repeat(40),
  });
});

test.each([
  ['-1', '1969-12-31T23:59:59.000Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['4294967296', '2106-02-07T06:28:16.000Z'],
  ['253402300799', '9999-12-31T23:59:59.000Z'],
  ['253402300800', null],
  ['-62167219200', '0000-01-01T00:00:00.000Z'],
  ['-62167219201', null],
  ['99999999999999999999', null],
  ['x', null],
  ['', null],
])('the second %j is the date %j', (seconds, date) => {
  const committer = `Ada <ada@example.com> ${seconds} -0730`;
  expect(parse(commit('x', { committer })).date).toBe(date);
});

test.each([
  ['is empty', '', ''],
  ['begins with empty lines', '\n \n\nOne\n\nTwo', 'One'],
  ['has a first paragraph of two lines', 'One\n\ttwo  \n\nThree', 'One two'],
  ['holds escape sequences', '\u001b[31mred\u001b]0;x\u0007 \u009b1m', '[31mred ]0;x 1m'],
  ['turns its reader around', 'a\u202eb\u2066c', 'a b c'],
  ['holds a NUL', 'a\0b', 'a b'],
  ['is long', 'é'.repeat(500), `${'é'.repeat(199)}…`],
])('a message that %s makes a harmless subject', (_what, message, subject) => {
  expect(parse(commit(message)).subject).toBe(subject);
});

describe('text that is not UTF-8', () => {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

  test('is read in the encoding that the commit names', () => {
    const more = 'encoding ISO-8859-2\n';
    expect(parse(commit(latin1('\xb1\xe6'), { more })).subject).toBe('ąć');
  });

  test('is taken for Windows-1252 when the commit names none, or none that exists', () => {
    expect(parse(commit(latin1('\x93Gr\xfc\xdfe\x94'))).subject).toBe('“Grüße”');
    const more = 'encoding nonsense\n';
    expect(parse(commit(latin1('Gr\xfc\xdfe'), { more })).subject).toBe('Grüße');
  });

  test('is read as UTF-8 when it is UTF-8, whatever the commit says', () => {
    expect(parse(commit('Grüße', { more: 'encoding ISO-8859-1\n' })).subject).toBe('Grüße');
  });

  test('may switch by escape sequences', () => {
    const message = latin1('\x1b$B$3$s$K$A$O\x1b(B');
    expect(parse(commit(message, { more: 'encoding ISO-2022-JP\n' })).subject).toBe('こんにちは');
  });

  test('is read in the author too', () => {
    const author = 'J\xfcrgen <j@example.com> 1 +0000';
    expect(parse(commit('x', { author })).author).toBe('Jürgen');
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['no header', Buffer.from('\n\nOnly a message')],
  ['no message', Buffer.from(`tree x\nauthor ${person}`)],
  ['no people', commit('x', { author: '', committer: '' })],
])('an object with %s is a commit with little to tell', (_what, object) => {
  expect(parse(object)).toMatchObject({ hash: '1234' });
});

test.each([
  ['a name of many brackets', commit('x', { author: ' <'.repeat(500_000) })],
  ['a message of many blanks', commit(`a${' '.repeat(2e6)}b${'\n'.repeat(2e6)}`)],
  ['a header of many lines', commit('x', { more: 'author x\n'.repeat(200_000) })],
])('%s costs no time', (_what, object) => {
  const start = performance.now();
  parse(object);
  expect(performance.now() - start).toBeLessThan(5_000);
});
