import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGitignore } from '../../../src/git/ignore/parse-gitignore.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { filesOf, statusOf } from './git-output.ts';
import { anHourLater, runsIn } from './reader-fixture.ts';

describe('a list that only git follows is left to git', () => {
  test.each([
    ['a backslash', '\\#name'],
    ['a question mark, which is one byte', 'na?e'],
    ['a range', '*.[a-z]'],
    ['a negated list', '[!a].ts'],
    ['a bracket that is not closed', 'a[b'],
    ['two stars within a name', 'a**b'],
    ['nothing but two stars', '**'],
    ['nothing but a slash', '/'],
    ['nothing but a negation', '!'],
    ['an empty part', 'a//b'],
    ['a tab', 'a\tb'],
    ['a byte order mark', '\ufeffa'],
    ['bytes that are no text', 'a\ufffd'],
    ['more than a pattern needs', 'a'.repeat(257)],
  ])('%s', (_what, line) => {
    expect(parseGitignore(`*.log\n${line}\n`)).toBeNull();
  });

  test('more than a thousand lines', () => {
    expect(parseGitignore('a\n'.repeat(1000))).toHaveLength(1000);
    expect(parseGitignore('a\n'.repeat(1001))).toBeNull();
  });
});

test('lines of many blanks take no time', () => {
  // As many as a file may hold that is read at all, in a hundred files.
  const blanks = ' '.repeat(64 * 1024);
  for (let file = 0; file < 100; file += 1) {
    expect(parseGitignore(`a${blanks}\n#${blanks}#\n`)).toHaveLength(1);
  }
});

/** Names that patterns and paths share, so that they meet. */
const name = fc.constantFrom('a', 'b', 'ab', 'a.b', '.a', 'ba.b', 'A', 'é');
const segment = fc.oneof(
  name,
  fc.constantFrom('*', 'a*', '*b', '*.b', 'a*b', '[ab]', '*.[bc]', '.*', 'b*a', '*a*b*'),
);
const line = fc
  .tuple(
    fc.constantFrom('', '', '!', ' '),
    fc.constantFrom('', '/', '**/', '/**/'),
    fc.array(segment, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('/', '/', '/**/', '/**/**/'),
    fc.constantFrom('', '/', '/**', '/*', ' ', '\r', '/ \r'),
  )
  .map(([not, from, segments, between, end]) => not + from + segments.join(between) + end)
  .filter((one) => parseGitignore(one) !== null);
const list = fc.array(fc.oneof({ weight: 9, arbitrary: line }, fc.constantFrom('#a', '', '  ')), {
  maxLength: 5,
});
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

test('what is ignored is what git ignores', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a/b/tracked': '', top: '' });
  let spared = 0;
  const round = fc.record({
    ...{ top: list, inA: list, inB: list, exclude: list },
    paths: fc.array(path, { minLength: 5, maxLength: 30 }),
  });
  const keep = ['a/b/tracked', 'top'];
  await fc.assert(
    fc.asyncProperty(round, async ({ top, inA, inB, exclude, paths }) => {
      repository.git('clean', '-ffdxq');
      for (const one of paths.filter((each) => !keep.includes(each))) {
        put(join(repository.path, one));
      }
      const lists = { '.gitignore': top, 'a/.gitignore': inA, 'b/.gitignore': inB };
      for (const [file, lines] of Object.entries(lists)) {
        put(join(repository.path, file), lines.join('\n'));
      }
      put(join(repository.path, '.git/info/exclude'), exclude.join('\n'));
      const { answer, started } = await runsIn(workspace).run(
        async (reader) => {
          const opened = await reader.open(repository.path);
          const files = [...(await reader.files(opened))];
          const { changes, ahead, behind } = await reader.status(opened);
          return { files: files.map((one) => ({ ...one })), status: { changes, ahead, behind } };
        },
        { now: anHourLater },
      );
      const files = answer.files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
      expect({ ...answer, files }).toEqual({
        files: filesOf(repository.path),
        status: statusOf(repository.path),
      });
      if (!started.some((call) => call.startsWith('git status'))) spared += 1;
    }),
    { numRuns: 60 },
  );
  // Else nothing would have been shown.
  expect(spared).toBeGreaterThan(50);
  rmSync(repository.path, { recursive: true });
}, 60_000);

/** Where a file has the place of a folder, or a folder that of a file, nothing is written. */
function put(file: string, content = ''): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  } catch {
    return;
  }
}
