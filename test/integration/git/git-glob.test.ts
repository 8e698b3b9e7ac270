import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGitGlob } from '../../../src/git/ignore/git-glob.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

/** Names used in patterns and paths, so that many of them match. */
const name = fc.constantFrom('a', 'b', 'ab', 'a.b', '.a', 'bab', 'A', '+', ']');
const part = fc.oneof(
  name,
  fc.constantFrom('*', '**', 'a*', '*b', 'a*b', '*a*', 'a**b', '?', 'a?b', '?*'),
  fc.constantFrom('[ab]', '[!a]', '[^b]*', '*.[a-c]', '[a-z]+', '[]]', '[!]a]', '[a-]b'),
);
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '/', '**/'),
    fc.array(part, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '/', '/**'),
  )
  .map(([start, parts, end]) => start + parts.join('/') + end);
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

test('parseGitGlob matches the same paths as git check-attr', async () => {
  await using workspace = await temporaryWorkspace();
  const { path: workTree } = await workspace.gitRepository('code/alpha', {});
  const checkAttr = (paths: readonly string[]): readonly boolean[] =>
    execFileSync('git', ['check-attr', '--stdin', '-z', 'marked'], {
      cwd: workTree,
      input: paths.join('\0'),
      encoding: 'utf8',
    })
      .split('\0')
      .filter((_, field) => field % 3 === 2)
      .map((value) => value === 'set');
  fc.assert(
    fc.property(pattern, fc.array(path, { minLength: 20, maxLength: 60 }), (text, paths) => {
      writeFileSync(join(workTree, '.gitattributes'), `${text} marked\n`);
      const matches = parseGitGlob(text);
      expect(matches).not.toBeNull();
      expect(paths.map((one) => [one, matches?.(one)])).toEqual(
        checkAttr(paths).map((isMarked, at) => [paths[at], isMarked]),
      );
    }),
    { numRuns: 300 },
  );
});
