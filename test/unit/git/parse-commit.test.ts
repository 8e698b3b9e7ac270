import { describe, expect, test } from 'vitest';
import { parseCommit } from '../../../src/git/commits/parse-commit.ts';
import { cpuMsOf } from '../../helpers/cpu-time.ts';

const person = 'Ada <ada@example.com> 1793530800 +0100';

function commit(
  message: string | Buffer,
  { author = person, committer = person, more = '' } = {},
): Buffer {
  const head = `tree ${'0'.repeat(40)}\nauthor ${author}\ncommitter ${committer}\n${more}\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(message)]);
}

const parse = (object: Buffer) => parseCommit('1234', object);

test('parseCommit returns hash, date, subject, author and tree', () => {
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
])('parseCommit converts the timestamp %j to the date %j', (seconds, date) => {
  const committer = `Ada <ada@example.com> ${seconds} -0730`;
  expect(parse(commit('x', { committer })).date).toBe(date);
});

test.each([
  ['is empty', '', ''],
  ['starts with empty lines', '\n \n\nOne\n\nTwo', 'One'],
  ['has a first paragraph of two lines', 'One\n\ttwo  \n\nThree', 'One two'],
  ['contains escape sequences', '\u001b[31mred\u001b]0;x\u0007 \u009b1m', '[31mred ]0;x 1m'],
  ['contains bidirectional controls', 'a\u202eb\u2066c', 'a b c'],
  ['contains a NUL', 'a\0b', 'a b'],
  ['is longer than 200 characters', 'é'.repeat(500), `${'é'.repeat(199)}…`],
])('parseCommit sanitizes the subject of a message that %s', (_name, message, subject) => {
  expect(parse(commit(message)).subject).toBe(subject);
});

describe('parseCommit decodes', () => {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

  test('text in the encoding of the commit', () => {
    const more = 'encoding ISO-8859-2\n';
    expect(parse(commit(latin1('\xb1\xe6'), { more })).subject).toBe('ąć');
  });

  test('text as Windows-1252 when the encoding is missing or unknown', () => {
    expect(parse(commit(latin1('\x93Gr\xfc\xdfe\x94'))).subject).toBe('“Grüße”');
    const more = 'encoding nonsense\n';
    expect(parse(commit(latin1('Gr\xfc\xdfe'), { more })).subject).toBe('Grüße');
  });

  test('valid UTF-8 whatever the encoding of the commit is', () => {
    expect(parse(commit('Grüße', { more: 'encoding ISO-8859-1\n' })).subject).toBe('Grüße');
  });

  test('an encoding with escape sequences', () => {
    const message = latin1('\x1b$B$3$s$K$A$O\x1b(B');
    expect(parse(commit(message, { more: 'encoding ISO-2022-JP\n' })).subject).toBe('こんにちは');
  });

  test('the author too', () => {
    const author = 'J\xfcrgen <j@example.com> 1 +0000';
    expect(parse(commit('x', { author })).author).toBe('Jürgen');
  });
});

test.each([
  ['without content', Buffer.alloc(0)],
  ['without a header', Buffer.from('\n\nOnly a message')],
  ['without a message', Buffer.from(`tree x\nauthor ${person}`)],
  ['without author and committer', commit('x', { author: '', committer: '' })],
])('parseCommit accepts an object %s', (_name, object) => {
  expect(parse(object)).toMatchObject({ hash: '1234' });
});

test.each([
  ['a name of many brackets', commit('x', { author: ' <'.repeat(500_000) })],
  ['a message of many spaces', commit(`a${' '.repeat(2e6)}b${'\n'.repeat(2e6)}`)],
  ['a header of many lines', commit('x', { more: 'author x\n'.repeat(200_000) })],
])('parseCommit takes less than 5 seconds for %s', (_name, object) => {
  expect(cpuMsOf(() => parse(object))).toBeLessThan(5_000);
});
