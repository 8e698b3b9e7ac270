import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGitignore } from '../../../src/git/ignore/parse-gitignore.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { gitFiles, gitStatus } from './git-output.ts';
import { anHourLater, runsIn } from './reader-fixture.ts';

describe('parseGitignore returns null for', () => {
  test.each([
    ['a backslash', '\\#name'],
    ['a question mark, which is one byte', 'na?e'],
    ['a range', '*.[a-z]'],
    ['a negated character set', '[!a].ts'],
    ['an unclosed bracket', 'a[b'],
    ['two stars inside of a name', 'a**b'],
    ['only two stars', '**'],
    ['only a slash', '/'],
    ['only an exclamation mark', '!'],
    ['an empty component', 'a//b'],
    ['a tab', 'a\tb'],
    ['a byte order mark', '\ufeffa'],
    ['invalid UTF-8', 'a\ufffd'],
    ['a pattern of more than 256 characters', 'a'.repeat(257)],
  ])('%s', (_name, line) => {
    expect(parseGitignore(`*.log\n${line}\n`)).toBeNull();
  });

  test('more than a thousand lines', () => {
    expect(parseGitignore('a\n'.repeat(1000))).toHaveLength(1000);
    expect(parseGitignore('a\n'.repeat(1001))).toBeNull();
  });
});

test('parseGitignore takes linear time for lines of many spaces', () => {
  // The maximum size of an ignore file, a hundred times.
  const spaces = ' '.repeat(64 * 1024);
  for (let file = 0; file < 100; file += 1) {
    expect(parseGitignore(`a${spaces}\n#${spaces}#\n`)).toHaveLength(1);
  }
});

/** Names used in patterns and paths, so that many of them match. */
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

test('the reader ignores the same files as git for random ignore files', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a/b/tracked': '', top: '' });
  let withoutGit = 0;
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
      const { result, started } = await runsIn(workspace).run(
        async (reader) => {
          const opened = await reader.open(repository.path);
          const files = [...(await reader.files(opened))];
          const { changes, ahead, behind } = await reader.status(opened);
          return { files: files.map((one) => ({ ...one })), status: { changes, ahead, behind } };
        },
        { now: anHourLater },
      );
      const files = result.files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
      expect({ ...result, files }).toEqual({
        files: gitFiles(repository.path),
        status: gitStatus(repository.path),
      });
      if (!started.some((call) => call.startsWith('git status'))) withoutGit += 1;
    }),
    { numRuns: 60 },
  );
  // Otherwise the rules were not applied by the reader itself.
  expect(withoutGit).toBeGreaterThan(50);
  rmSync(repository.path, { recursive: true });
});

/** Does nothing when a parent of the path is a file, or the path a directory. */
function put(file: string, content = ''): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  } catch {
    return;
  }
}
