import { chmod, link, rename, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Todos } from '../../../../../src/schema/quality.ts';
import { countColumns, type ScanTable } from '../../../../../src/syncs/quality/todo/scan-table.ts';
import {
  listSources,
  type CachedKinds,
  type SourceList,
} from '../../../../../src/syncs/quality/todo/list-sources.ts';
import { summarizeTodos } from '../../../../../src/syncs/quality/todo/summarize-todos.ts';
import { createTodoScanner } from '../../../../../src/syncs/quality/todo/todo-scanner.ts';
import { temporaryWorkspace } from '../../../../helpers/workspace.ts';
import { viewOf } from '../test-view.ts';

interface Scanned {
  readonly todos: Todos;
  readonly table: ScanTable;
  readonly changed: boolean;
  readonly warnings: readonly string[];
}

async function scan(
  root: string,
  options: {
    readonly tags?: readonly string[];
    readonly extensions?: readonly string[];
    readonly last?: ScanTable;
    readonly startedMs?: number;
  } = {},
): Promise<Scanned> {
  const { tags = ['TODO', 'FIXME'], extensions = null, last = null, startedMs } = options;
  const view = viewOf(root, startedMs === undefined ? {} : { startedMs });
  const sources = await listSources(view, { extensions }, null);
  const { table, changed } = await createTodoScanner(tags)(view, sources.paths, last);
  const warnings = view.warnings.list.map(({ path, message }) => `${path}: ${message}`);
  return { todos: summarizeTodos(table, tags, sources), table, changed, warnings };
}

test('the scanner counts every occurrence of a tag as a whole word, case-sensitive, in files of unknown syntax', async () => {
  await using workspace = await temporaryWorkspace();
  const text = [
    '// TODO one, TODO two; todo Todo TODOS xTODO TODO_x _TODO TODO1 no',
    '# FIXME(ada): TODO-list "TODO"',
    'éTODO TODOé 待TODO no — but —TODO— and …TODO',
    'TODO',
  ];
  await workspace.write('code/a.xyz', text.join('\n'));
  const { todos } = await scan(join(workspace.root, 'code'), { extensions: ['xyz'] });
  expect(todos).toMatchObject({ total: 8, todo: 7, fixme: 1, lines: 4, files: 1, perKloc: 2000 });
});

test('the scanner finds tags next to incomplete multi-byte characters', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('code/a.py', Buffer.from('# \x80TODO TODO\xff \xf0\x9fTODO', 'latin1'));
  expect((await scan(join(workspace.root, 'code'))).todos.total).toBe(3);
});

test('the scanner counts the configured tags and returns null for one that is not configured', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('code/a.ts', '// TODO FIXME HACK HACK XXX\n');
  const { todos } = await scan(join(workspace.root, 'code'), { tags: ['HACK', 'TODO', 'HACK'] });
  expect(todos).toMatchObject({ total: 3, todo: 1, fixme: null });
});

test('listSources returns files at any depth by their extension in any case', async () => {
  await using workspace = await temporaryWorkspace();
  const deep = Array.from({ length: 40 }, (_, level) => `d${String(level)}`).join('/');
  for (const path of [
    `${deep}/a.rs`,
    'b.GO',
    '.hidden/c.py',
    'lib.d.ts',
    'x.y/Makefile',
    'n.md',
    'p.json',
  ]) {
    await workspace.write(`code/${path}`, '// # TODO\n');
  }
  const root = join(workspace.root, 'code');
  expect((await scan(root)).todos).toMatchObject({ files: 4, total: 4 });
  expect((await scan(root, { extensions: ['.MD', 'json'] })).todos).toMatchObject({
    files: 2,
    total: 2,
  });
});

test('the summary counts skipped binary, too large and generated files', async () => {
  await using workspace = await temporaryWorkspace();
  const write = (path: string, text: string): Promise<void> =>
    workspace.write(`code/${path}`, text);
  await write('binary.c', 'TODO \0 TODO');
  await write('late-nul.c', `//${'x'.repeat(8000)}\0 TODO\n`);
  await write('limit.c', `//${'x'.repeat(1024 * 1024 - 7)} TODO`);
  await write('large.c', `//${'x'.repeat(1024 * 1024)} TODO`);
  for (const path of ['a.min.js', 'pb/x.pb.go', 'sub/pb/y.pb.go', 'lib/vendored/z.c']) {
    await write(path, '// TODO');
  }
  await write('pb/hand.pb.go', '// TODO');
  await write(
    '.gitattributes',
    '# notes\n*.pb.go linguist-generated\n/lib/** -text linguist-vendored=true\npb/hand.pb.go -linguist-generated\n* text=auto\n',
  );
  expect((await scan(join(workspace.root, 'code'))).todos).toMatchObject({
    total: 3,
    files: 3,
    skipped: { binary: 1, tooLarge: 1, generated: 2, vendored: 2 },
  });
});

test.each([
  ['*a'.repeat(30), 'a'.repeat(200)],
  ['*a/*a/*a/*a/*a/*a/*a/*a/b', `${'a'.repeat(30)}/`.repeat(8)],
  ['[a-z]+[a-z]+[a-z]+[a-z]+[a-z]+[a-z]+[a-z]+b', 'a'.repeat(200)],
])(
  'listSources matches a pattern of exponential complexity in bounded time: %s',
  async (pattern, path) => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/.gitattributes', `${pattern} linguist-generated\n`);
    await workspace.write(`code/${path}c.ts`, '// TODO\n');
    const { todos, warnings } = await scan(join(workspace.root, 'code'));
    expect(todos.total).toBe(1);
    expect(warnings).toEqual([]);
  },
);

test('listSources warns about unsupported patterns and applies the others', async () => {
  await using workspace = await temporaryWorkspace();
  const patterns = [
    'x'.repeat(300),
    '"a b.ts"',
    String.raw`\!a.ts`,
    '[[:alpha:]].ts',
    '[z-a].ts',
    'b.ts',
  ];
  const lines = patterns.map((pattern) => `${pattern} linguist-generated\n`);
  await workspace.write('code/.gitattributes', lines.join(''));
  for (const name of ['a', 'b']) await workspace.write(`code/${name}.ts`, '// TODO\n');
  const { todos, warnings } = await scan(join(workspace.root, 'code'));
  expect(todos).toMatchObject({ total: 1, skipped: { generated: 1 } });
  expect(warnings).toEqual([
    '.gitattributes: has unsupported patterns for linguist, which are ignored',
  ]);
});

test('the scanner reads only what changed since the last scan', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  for (const name of ['a', 'b', 'c']) await workspace.write(`code/${name}.ts`, '// TODO\n');
  const first = await scan(root);
  expect(first).toMatchObject({ changed: true, todos: { total: 3 } });
  const second = await scan(root, { last: first.table });
  expect(second).toMatchObject({ changed: false, todos: first.todos });
  expect(second.table).toEqual(first.table);

  await workspace.write('code/b.ts', '// TODO TODO\n');
  await rm(join(root, 'a.ts'));
  await workspace.write('code/aa.ts', '// FIXME\n');
  const third = await scan(root, { last: second.table });
  expect(third).toMatchObject({ changed: true, todos: { total: 4, todo: 3, fixme: 1, files: 3 } });
  await rm(join(root, 'aa.ts'));
  expect(await scan(root, { last: third.table })).toMatchObject({
    changed: true,
    todos: { total: 3 },
  });
});

test('the scanner does not open a file that has not changed', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  await workspace.write('code/a.ts', '// TODO\n');
  const { table } = await scan(root);
  const total = countColumns.indexOf('total');
  const marked = { ...table, counts: table.counts.map((count, at) => (at === total ? 77 : count)) };
  expect((await scan(root, { last: marked })).todos.total).toBe(77);
});

test('the scanner reads a replaced file of the same size and mtime', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  const time = new Date('2026-01-01T00:00:00Z');
  await workspace.write('code/a.ts', '// TODO\n');
  await utimes(join(root, 'a.ts'), time, time);
  const { table } = await scan(root);
  await workspace.write('other.ts', '// todo\n');
  await utimes(join(workspace.root, 'other.ts'), time, time);
  await rename(join(workspace.root, 'other.ts'), join(root, 'a.ts'));
  expect((await scan(root, { last: table })).todos.total).toBe(0);
});

test('the scanner reads a file again that was written just before the last scan', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  await workspace.write('code/a.ts', '// TODO\n');
  const first = await scan(root, { startedMs: 0 });
  const second = await scan(root, { startedMs: 0, last: first.table });
  expect(second.changed).toBe(true);
  const third = await scan(root, { last: second.table });
  expect(third.changed).toBe(true);
  expect((await scan(root, { last: third.table })).changed).toBe(false);
});

test('the scanner follows no links and skips missing files', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  await workspace.write('secret/a.ts', 'TODO\n');
  await workspace.write('code/b.ts', 'TODO\n');
  await symlink(join(workspace.root, 'secret'), join(root, 'linked'));
  await symlink(join(workspace.root, 'secret/a.ts'), join(root, 'link.ts'));
  await link(join(root, 'b.ts'), join(root, 'hard.ts'));
  const paths = ['b.ts', 'gone.ts', 'gone/x.ts', 'hard.ts', 'link.ts', 'linked/a.ts'];
  const view = viewOf(root);
  const { table } = await createTodoScanner(['TODO'])(view, paths, null);
  expect(table.paths).toEqual(['b.ts', 'hard.ts']);
  expect(view.warnings.list).toEqual([]);
});

test.skipIf(process.getuid?.() === 0)(
  'the scanner warns about unreadable files (skipped as root)',
  async () => {
    await using workspace = await temporaryWorkspace();
    for (const name of ['a', 'b', 'c']) await workspace.write(`code/${name}.ts`, '// TODO\n');
    await chmod(join(workspace.root, 'code/a.ts'), 0);
    await chmod(join(workspace.root, 'code/b.ts'), 0);
    const { todos, warnings } = await scan(join(workspace.root, 'code'));
    expect(todos.total).toBe(1);
    expect(warnings).toEqual(["a.ts: can't be read, nor can 1 more source files"]);
  },
);

test.each([
  ['Go', 'a.go', '// Code generated by stringer. DO NOT EDIT.\n'],
  ['protobuf', 'a.py', '# Generated by the protocol buffer compiler.  DO NOT EDIT!\n'],
  ['Facebook', 'a.js', '/**\n * @generated SignedSource\n */\n'],
  ['Windows Forms', 'a.cs', '// This code is auto-generated.\n'],
])(
  'the scanner does not count a file with the header of generated code of %s',
  async (_name, path, header) => {
    await using workspace = await temporaryWorkspace();
    await workspace.write(`code/${path}`, `${header}// # TODO\n`);
    await workspace.write(
      'code/own.ts',
      `${'// own\n'.repeat(100)}const text = 'DO NOT EDIT'; // TODO\n`,
    );
    const { todos } = await scan(join(workspace.root, 'code'));
    expect(todos).toMatchObject({ total: 1, files: 1, skipped: { generated: 1 } });
  },
);

test('the scanner does not count documents without an extension, and reads code cells of notebooks only', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('code/NOTES', 'TODO\n');
  await workspace.write('code/run', '#!/usr/bin/env python3\nx = "TODO" # TODO\n');
  const cells = [
    { cell_type: 'markdown', source: '# TODO' },
    { cell_type: 'code', source: ['x = "# TODO"\n', 'y = 1 # TODO\n'], outputs: ['# TODO'] },
  ];
  await workspace.write('code/a.ipynb', JSON.stringify({ cells }));
  await workspace.write('code/damaged.ipynb', '{"cells":');
  const { todos } = await scan(join(workspace.root, 'code'));
  expect(todos).toMatchObject({ total: 2, files: 3 });
});

test('the scanner reads UTF-16 of either byte order', async () => {
  await using workspace = await temporaryWorkspace();
  const text = Buffer.from('\ufeff// TODO é\n', 'utf16le');
  await workspace.write('code/little.cs', text);
  await workspace.write('code/big.cs', Buffer.from(text).swap16());
  expect((await scan(join(workspace.root, 'code'))).todos).toMatchObject({ total: 2, lines: 2 });
});

test('listSources applies .gitattributes at every level, the nearest first', async () => {
  await using workspace = await temporaryWorkspace();
  for (const path of ['a.js', 'sub/a.js', 'sub/own/a.js', 'vendor/a.js', 'third_party/a.js']) {
    await workspace.write(`code/${path}`, '// TODO\n');
  }
  await workspace.write('code/.gitattributes', 'vendor/** -linguist-vendored\n');
  await workspace.write('code/sub/.gitattributes', '*.js linguist-generated\n');
  await workspace.write('code/sub/own/.gitattributes', '*.js !linguist-generated\n');
  expect((await scan(join(workspace.root, 'code'))).todos).toMatchObject({
    total: 3,
    skipped: { generated: 1, vendored: 1 },
  });
});

test('listSources applies its rules again only when a path, an attribute or an option has changed', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  await workspace.write('code/a.ts', '');
  await workspace.write('code/b.ts', '');
  await workspace.write('code/.gitattributes', 'a.ts linguist-vendored\n');
  const list = (last: CachedKinds | null, exclude: readonly string[] = []): Promise<SourceList> =>
    listSources(
      viewOf(root, { isExcluded: (path) => exclude.includes(path) }),
      { extensions: null, exclude },
      last,
    );
  const first = await list(null);
  expect(first).toMatchObject({ paths: ['b.ts'], vendored: 1 });
  const second = await list(first.cache);
  expect(second).toEqual(first);
  expect(second.cache).toBe(first.cache);
  expect((await list(first.cache, ['b.ts'])).paths).toEqual([]);
  await workspace.write('code/.gitattributes', 'b.ts linguist-generated\n');
  expect(await list(first.cache)).toMatchObject({ paths: ['a.ts'], vendored: 0, generated: 1 });
  await workspace.write('code/.gitattributes', 'a.ts linguist-vendored\n');
  await workspace.write('code/c.ts', '');
  expect((await list(first.cache)).paths).toEqual(['b.ts', 'c.ts']);
});

test('the scanner counts lines of any length, with and without a newline at the end', async () => {
  await using workspace = await temporaryWorkspace();
  const texts = [
    '',
    '\n',
    'a',
    'a\n',
    'ab\n\n\n\n\nc',
    '\u000b\n\u000b\u000b\n\n',
    `${'é\r\n'.repeat(999)}x`,
  ];
  const lines = [0, 1, 1, 1, 6, 3, 1000];
  for (const [index, text] of texts.entries()) {
    const root = `code${String(index)}`;
    await workspace.write(`${root}/a.ts`, text);
    expect((await scan(join(workspace.root, root))).todos.lines).toBe(lines[index]);
  }
});

test.each([
  '# Users do not modify this list.\n',
  '# Reads the file generated by pytest-cov.\n',
  '"""The index is automatically generated at the start."""\n',
])('the scanner counts a file that only mentions something generated: %j', async (text) => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('code/a.py', `${text}# TODO\n`);
  const { todos } = await scan(join(workspace.root, 'code'));
  expect(todos).toMatchObject({ total: 1, skipped: { generated: 0 } });
});
