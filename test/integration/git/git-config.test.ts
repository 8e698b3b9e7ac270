import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFalse, isTrue, lastValue, parseGitConfig } from '../../../src/git/config/git-config.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { cpuMsOf } from '../../helpers/cpu-time.ts';

let workspace: TemporaryWorkspace;
beforeAll(async () => {
  workspace = await temporaryWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** Returns the output of git: `name\nvalue\0`, and `name\0` for a key without a value. */
function gitConfigList(text: string): readonly (readonly [string, string])[] {
  const file = join(workspace.root, 'config');
  writeFileSync(file, text);
  return git(workspace.root, 'config', '-z', '-f', file, '--no-includes', '--list')
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const end = record.indexOf('\n');
      return end < 0 ? [record, 'true'] : [record.slice(0, end), record.slice(end + 1)];
    });
}

test.each([
  ['plain settings', '[core]\n\tbare = false\n\tfilemode=true\n'],
  ['a key on the line of its section', '[core] bare = true ; yes\n[user]name=x'],
  ['a key without a value', '[core]\n\tbare\n\tignorecase\n'],
  ['an empty value', '[core]\n\teditor =\n\tpager=""\n'],
  ['capitals', '[CORE]\n\tFileMode = True\n[Branch "Main"]\n\tReMote = Origin\n'],
  ['subsections', '[remote "a b.c]\\"\\\\x"]\n\turl = u\n[branch.Old.Form]\n\tmerge = m\n'],
  ['comments', '# [a]\n; b = c\n[core] # d = e\n\tx = 1 # two\n\ty = a;b\n\tz = "a # b"\n'],
  ['a comment that ends in a backslash', '[core]\n# no \\\n\tx = 1\n\ty = 2 # no \\\n\tz = 3\n'],
  ['quotes', '[core]\n\tx = "  a  " b "c"\n\ty = a"b"c\n\tz = "a\\"b"\n'],
  ['escapes', '[core]\n\tx = a\\tb\\nc\\\\d\n\ty = "C:\\\\folder\\\\"\n\tz = 1\n'],
  ['a value on several lines', '[core]\n\tx = one \\\n  two\\\n\n\ty = "three\\\nfour"\n'],
  ['CRLF line ends', '[core]\r\n\tx = 1\r\n\ty = a b  \r\n'],
  ['several values', '[remote "o"]\n\turl = a\n\turl = b\n[core]\n[remote "o"]\n\turl = c\n'],
  ['includes, which are not followed', '[include]\n\tpath = other\n[core]\n\tx = 1\n'],
  ['no newline at the end', '[core]\n\tx = 1'],
  ['no content', ''],
])('parseGitConfig returns the same as git for a configuration with %s', (_name, text) => {
  const expected = new Map<string, string[]>();
  for (const [name, value] of gitConfigList(text)) {
    expected.set(name, [...(expected.get(name) ?? []), value]);
  }
  expect(parseGitConfig(text)).toEqual(expected);
});

test('parseGitConfig skips invalid lines', () => {
  const text = 'x = 0\n[core\n!!\n[a"]\n[core]\n1x = 2\n= 3\n\tx = 4\n[x "y" z]\n\ty = 5\n';
  expect([...parseGitConfig(text)]).toEqual([
    ['core.x', ['4']],
    ['core.y', ['5']],
  ]);
});

test('lastValue and isTrue use the last value of a key', () => {
  const config = parseGitConfig(
    '[a]\n\tb = no\n\tb = ON\n\tc = 0\n\td\n\te = 1\n\tf = maybe\n\tg = -1\n\th = 0x1f\n\ti = +0\n\tj =\n',
  );
  expect(lastValue(config, 'a.b')).toBe('ON');
  expect(lastValue(config, 'a.x')).toBeNull();
  const names = [...config.keys(), 'a.x'];
  expect(names.filter((name) => isTrue(config, name))).toEqual(['a.b', 'a.d', 'a.e', 'a.g', 'a.h']);
  expect(['no', 'off', '0', '+0', '0x0', ''].filter((value) => !isFalse(value))).toEqual([]);
  expect(['maybe', '-1', '10'].filter(isFalse)).toEqual([]);
});

test.each([
  ['one key a hundred thousand times', '[a]b\n'.repeat(100_000)],
  ['a megabyte of spaces', `[a]\nb = x${' '.repeat(1e6)}y${' '.repeat(1e6)}`],
  ['a section header without an end', `[${'a'.repeat(1e6)}`],
  ['a megabyte of quotes', `[a "${'\\"'.repeat(5e5)}`],
  ['a megabyte of broken lines', '[\n'.repeat(5e5)],
])('parseGitConfig takes less than 10 seconds for %s', (_name, text) => {
  expect(cpuMsOf(() => parseGitConfig(text))).toBeLessThan(10_000);
});
