import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(project, path), 'utf8');

const promises = read('docs/promises.md');
const references = [...promises.matchAll(/`(test\/[^`]+\.ts)` › `([^`]+)`/g)].map(
  ([, file = '', title = '']) => ({ file, title }),
);

/** Returns the text of a title; a value that is inserted into a template is `${…}`. */
function titleOf(node: ts.Node | undefined): string | null {
  if (node === undefined) return null;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  const spans = node.templateSpans.map(({ literal }) => `\${…}${literal.text}`);
  return node.head.text + spans.join('');
}

/** Returns `test` for `test(…)`, `test.each(…)(…)` and `test.skipIf(…)(…)`. */
function calleeOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  const isChained = ts.isCallExpression(node) || ts.isPropertyAccessExpression(node);
  return isChained ? calleeOf(node.expression) : '';
}

/** Returns the titles of all tests in a file, each after those of its `describe` calls. */
function titlesIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const visit = (node: ts.Node, parents: readonly string[]): void => {
    const callee = ts.isCallExpression(node) ? calleeOf(node.expression) : '';
    const title = ts.isCallExpression(node) ? titleOf(node.arguments[0]) : null;
    if (title !== null && callee === 'test') titles.push([...parents, title].join(' '));
    const inner = title !== null && callee === 'describe' ? [...parents, title] : parents;
    ts.forEachChild(node, (child) => {
      visit(child, inner);
    });
  };
  visit(source, []);
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
