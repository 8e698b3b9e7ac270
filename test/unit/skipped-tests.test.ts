import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const dir = resolve(import.meta.dirname, '..');
const sources = readdirSync(dir, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('unit'))
  .map((file) => ({ file, text: readFileSync(join(dir, file), 'utf8') }));

test('a test that can be skipped has the reason in its title', () => {
  const unexplained = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/\.(?:skipIf|runIf)\([^]{0,300}/g)]
      .filter(([call]) => !/\(skipped |\$\{reason/.test(call))
      .map(([call]) => `${file}: ${call.split('\n')[0] ?? ''}`),
  );
  expect(unexplained).toEqual([]);
});

test('no test is skipped or selected unconditionally', () => {
  const selected = sources.filter(({ text }) =>
    /\b(?:test|describe)\.(?:skip|only|todo|fails)\b(?!If)/.test(text),
  );
  expect(selected.map(({ file }) => file)).toEqual([]);
});
