import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeSource } from '../../../../../src/syncs/quality/todo/decode-source.ts';
import { positionsInComments } from '../../../../../src/syncs/quality/todo/find-comments.ts';
import { syntaxOfPath, syntaxOfScript } from '../../../../../src/syncs/quality/todo/find-syntax.ts';

const fixtures = join(import.meta.dirname, '../../../../fixtures/comments');

/** A comment that counts contains "TODO yes"; strings and code contain TODO without "yes". */
test.each(readdirSync(fixtures))('positionsInComments finds exactly the comments of %s', (name) => {
  const text = decodeSource(name, readFileSync(join(fixtures, name))).toString('latin1');
  const syntax = syntaxOfPath(name) ?? syntaxOfScript(text);
  expect(syntax).not.toBeNull();
  const positions = Array.from(text.matchAll(/\bTODO\b/g), ({ index }) => index);
  const found = new Set(syntax && positionsInComments(text, syntax, positions));
  const wrong = positions
    .filter((at) => found.has(at) !== text.startsWith('TODO yes', at))
    .map(
      (at) =>
        `${String(text.slice(0, at).split('\n').length)}: ${found.has(at) ? 'found' : 'missed'}`,
    );
  expect(wrong).toEqual([]);
});
