import { expect, test } from 'vitest';
import { firstParagraph, isReadme, plainText } from '../../../../src/syncs/projects/readme.ts';
import { cpuMsOf } from '../../../helpers/cpu-time.ts';

const paragraphOf = (readme: string): string | null => firstParagraph(readme, 300);

test('firstParagraph returns the first paragraph after title, badges and images', () => {
  const readme = [
    '# Alpha',
    '',
    '[![CI](https://x/badge.svg)](https://x/ci) ![coverage](https://x/c.svg)',
    '![logo][logo]',
    '',
    'Alpha turns **bytes** into [beauty](https://x/wiki/Beauty_(art)) with `snake_case` names,',
    'and _fast_.',
    '',
    'A second paragraph.',
  ].join('\n');
  expect(paragraphOf(readme)).toBe(
    'Alpha turns bytes into beauty with snake_case names, and fast.',
  );
});

test.each([
  ['a Setext title', 'Alpha\n=====\n\nReads all files.', 'Reads all files.'],
  [
    'HTML',
    '<h1 align="center">\nAlpha\n</h1>\n<p><b>Reads</b> all&nbsp;files.</p>',
    'Reads all files.',
  ],
  ['front matter', '---\ntitle: Alpha beta\n---\nReads all files.', 'Reads all files.'],
  ['a comment', '<!-- do not\n\nedit this -->\nReads all files.', 'Reads all files.'],
  [
    'a code block',
    '```sh\nnpm install alpha\n\nnpm test\n```\nReads all files.',
    'Reads all files.',
  ],
  ['a list', '- [Install](#i)\n- [Use it](#u)\n  well\n\nReads all files.', 'Reads all files.'],
  ['a table', '| a b | c d |\n|---|---|\n\nReads all files.', 'Reads all files.'],
  ['navigation', '[Docs here](d) • [Chat now](c)\n\nReads all files.', 'Reads all files.'],
  ['a quotation', '> Reads all files.', 'Reads all files.'],
  ['an alert', '> [!NOTE]\n> Reads all files.', 'Reads all files.'],
  [
    'reStructuredText',
    'Alpha\n=====\n\n.. image:: x.png\n   :alt: y\n\nReads `all <u>`_ files.',
    'Reads all files.',
  ],
  ['Windows line endings', '# Alpha\r\n\r\nReads all\r\nfiles.\r\n', 'Reads all files.'],
  ['a script without spaces', '# 标题\n\n这个程序读取所有的文件。', '这个程序读取所有的文件。'],
])('firstParagraph skips the markup of %s', (_name, readme, expected) => {
  expect(paragraphOf(readme)).toBe(expected);
});

test.each([
  ['a button', '<kbd align="center">\n  <br/>\n  Show your love -- T-shirts and mugs!\n</kbd>'],
  ['an advertisement', 'Our T-shirts and mugs are **now available**!'],
  ['sponsors', 'Thanks to all our [sponsors](x), who make this possible.'],
  ['a request', 'If you like this, please star us on GitHub.'],
  ['a job offer', 'We are hiring! Join us in Berlin.'],
  ['a row of words', 'English | Deutsch | Français'],
  ['a table in HTML', '<table><tr><td>\nSome cell text here.\n</td></tr></table>'],
  ['hidden text', '<details>\n<summary>More about it</summary>\n\nHidden words here.\n</details>'],
])('firstParagraph skips %s', (_name, text) => {
  expect(paragraphOf(`# Alpha\n\n${text}\n\n---\n\nReads all files.\n`)).toBe('Reads all files.');
});

test('firstParagraph keeps a key in a sentence', () => {
  expect(paragraphOf('Press <kbd>Ctrl</kbd> to read all files.')).toBe(
    'Press Ctrl to read all files.',
  );
});

test.each([
  ['Reads <b>all</b> `files`', 'Reads all files'],
  ['![build](https://x/y.svg) Reads [all](x) files', 'Reads all files'],
  ['[![build](https://x/y.svg)](https://x)', ''],
  ['Become a sponsor of this project', ''],
])('plainText returns %j as %j', (text, expected) => {
  expect(plainText(text, 300)).toBe(expected);
});

test.each([
  '',
  '# Only a title',
  '![a](b)',
  '<!-- never closed',
  '```\nnever closed',
  '- a list only',
])('firstParagraph returns null for %j', (readme) => {
  expect(paragraphOf(readme)).toBeNull();
});

test('firstParagraph removes control characters, escape sequences and bidirectional marks', () => {
  const readme = 'Reads \u001b[31mred\u001b[0m \u202efiles\u202c\u0007 \u009b1mnow\u0000.';
  expect(paragraphOf(readme)).toBe('Reads [31mred [0m files 1mnow .');
});

test('firstParagraph truncates a long paragraph at a word', () => {
  const text = paragraphOf('word '.repeat(1000));
  expect(text).toMatch(/^(word ){10,}word…$/);
  expect(text?.length).toBeLessThanOrEqual(300);
});

test.each([
  '[',
  '![',
  '[x](',
  '<a ',
  '<!--',
  '`a <',
  '<h1>',
  '<kbd>\n',
  '<table ',
  '*',
  ' | ',
  '```',
  '[x](a(',
])('firstParagraph is fast for a README that repeats %j', (piece) => {
  expect(cpuMsOf(() => paragraphOf(piece.repeat(200_000)))).toBeLessThan(5_000);
});

test('isReadme matches README files by name', () => {
  expect(['README', 'readme.md', 'README.de.md', 'ReadMe.rst'].every(isReadme)).toBe(true);
  expect(['README-old.sh.bak2', 'READMES', 'my-readme.md'].some(isReadme)).toBe(false);
});
