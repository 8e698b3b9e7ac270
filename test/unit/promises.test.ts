import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSync, Visitor, type ESTree } from 'rolldown/utils';
import { expect, test } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(project, path), 'utf8');

const promises = read('docs/promises.md');
const references = [...promises.matchAll(/`(test\/[^`]+\.ts)` › `([^`]+)`/g)].map(
  ([, file = '', title = '']) => ({ file, title }),
);

/** Returns the text of a title; a value that is inserted into a template is `${…}`. */
function titleOf(node: ESTree.Argument | undefined): string | null {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node?.type !== 'TemplateLiteral') return null;
  return node.quasis.map(({ value }) => value.cooked).join('${…}');
}

/** Returns `test` for `test(…)`, `test.each(…)(…)` and `test.skipIf(…)(…)`. */
function calleeOf(node: ESTree.Expression): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'CallExpression') return calleeOf(node.callee);
  return node.type === 'MemberExpression' ? calleeOf(node.object) : '';
}

/** Returns the titles of all tests in a file, each after those of its `describe` calls. */
function titlesIn(file: string): readonly string[] {
  const titles: string[] = [];
  const parents: string[] = [];
  const isDescribe = (call: ESTree.CallExpression): boolean =>
    calleeOf(call.callee) === 'describe' && titleOf(call.arguments[0]) !== null;
  const visitor = new Visitor({
    CallExpression: (call) => {
      const title = titleOf(call.arguments[0]);
      if (title === null) return;
      if (isDescribe(call)) parents.push(title);
      else if (calleeOf(call.callee) === 'test') titles.push([...parents, title].join(' '));
    },
    'CallExpression:exit': (call) => {
      if (isDescribe(call)) parents.pop();
    },
  });
  visitor.visit(parseSync(file, read(file)).program);
  return titles;
}

test('docs/promises.md names only tests that exist', () => {
  const files = [...new Set(references.map(({ file }) => file))];
  const titles = new Map(files.map((file) => [file, titlesIn(file)]));
  const stale = references.filter(({ file, title }) => titles.get(file)?.includes(title) !== true);
  expect(stale).toEqual([]);
});

test('docs/promises.md names a test in every row', () => {
  const rows = promises.split('\n').filter((line) => /^\| (?!promise )/.test(line));
  expect(rows.length).toBeGreaterThan(80);
  expect(rows.filter((row) => !row.includes('` › `'))).toEqual([]);
});

test('docs/promises.md has a section for every section of README.md that makes promises', () => {
  const headings = [...read('README.md').matchAll(/^###? (.+)$/gm)].map(
    ([, heading = '']) => heading,
  );
  const withPromises = headings.filter((heading) => heading !== 'Why not three cron lines?');
  const missing = withPromises.filter((heading) => !promises.includes(`## README: ${heading}\n`));
  expect(missing).toEqual([]);
});
