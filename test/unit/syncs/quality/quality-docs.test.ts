import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import {
  defaultDirs,
  type DefaultDir,
} from '../../../../src/syncs/quality/coverage/find/default-paths.ts';
import { coverageFormats } from '../../../../src/syncs/quality/coverage/formats/registry.ts';
import { unsupportedFormats } from '../../../../src/syncs/quality/coverage/unsupported-formats.ts';

// `npm run docs:generate` runs this file with -u, which writes what the test compares.

const file = join(resolve(import.meta.dirname, '../../../..'), 'docs/quality.md');

const tables = {
  formats: [
    ['format', 'written by'],
    ...coverageFormats.map(({ name, tools }) => [`\`${name}\``, tools]),
  ],
  places: [
    ['place', 'written by'],
    ...defaultDirs.map((dir: DefaultDir) => [
      `\`${dir.path}\`${dir.hasOtherFiles ? ' ¹' : ''}`,
      dir.tools,
    ]),
  ],
  unsupported: [
    ['format', 'command'],
    ...unsupportedFormats.map(({ name, command }) => [
      name,
      command === null ? '' : `\`${command}\``,
    ]),
  ],
} satisfies Record<string, string[][]>;

test('docs/quality.md lists all formats, places and formats that are not read', async () => {
  let text = readFileSync(file, 'utf8');
  for (const [name, rows] of Object.entries(tables)) {
    const [head = [], ...body] = rows;
    const lines = [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`);
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const before = text.slice(0, text.indexOf(start) + start.length);
    text = `${before}\n\n${lines.join('\n')}\n\n${text.slice(text.indexOf(end))}`;
  }
  await expect(text).toMatchFileSnapshot(file);
});
