import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/util/errors.ts';
import {
  createLineReader,
  readFile,
  type LinesRead,
} from '../../../../src/syncs/tokens/usage-log/reading/line-reader.ts';
import { responseLine, claudeCodeTotals, temporaryHome } from './run-tokens.ts';

const megabyte = 1024 * 1024;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sync-runner-lines-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function readLines(
  content: string | Buffer,
  from = 0,
  markers: readonly string[] = ['"usage"'],
): Promise<LinesRead & { readonly lines: readonly string[] }> {
  const path = join(dir, 'log');
  await writeFile(path, content);
  const fd = openSync(path, 'r');
  const lines: string[] = [];
  const reader = createLineReader(markers, () => Promise.resolve());
  const read = await reader(
    { read: readFile(fd), from, to: statSync(path).size },
    { onLine: (bytes, start, end) => lines.push(bytes.toString('utf8', start, end)) },
  );
  closeSync(fd);
  return { ...read, lines };
}

test('readLines passes on complete lines with the marker and returns the start of the next line', async () => {
  const content = 'a\n{"usage":1}\nb\n\n{"usage":2}"usage"\n{"usage":3}';
  expect(await readLines(content)).toEqual({
    lines: ['{"usage":1}', '{"usage":2}"usage"'],
    offset: content.lastIndexOf('\n') + 1,
    tooLong: 0,
  });
});

test('readLines requires all of a marker when it is searched by its end', async () => {
  const lines = ['{"lineCount":1}', '{"searchCount":2}', 'Count"', '{"y":"searchCount"}'];
  const content = `Count"\n${lines.join('\n')}\n`;
  expect((await readLines(content, 0, ['"usage"', '"searchCount"'])).lines).toEqual([
    '{"searchCount":2}',
    '{"y":"searchCount"}',
  ]);
});

test('readLines starts at the given offset', async () => {
  const content = '{"usage":1}\n{"usage":2}\n';
  expect((await readLines(content, 12)).lines).toEqual(['{"usage":2}']);
});

test.each([megabyte - 20, megabyte - 8, megabyte - 3, megabyte, 3 * megabyte])(
  'readLines passes on lines across blocks when the marker is %i bytes from the start',
  async (distance) => {
    const first = `{"x":"${'x'.repeat(distance - 7)}","usage":1}`;
    const lines = [
      first,
      '{"usage":2}',
      `{"y":"${'y'.repeat(2 * megabyte)}","usage":3}`,
      '{"usage":4}',
    ];
    const content = `${lines.join('\n')}\n`;
    const read = await readLines(content);
    expect(read.lines.map((line) => line.length)).toEqual(lines.map((line) => line.length));
    expect(read.lines).toEqual(lines);
    expect(read.offset).toBe(content.length);
  },
);

describe('a line of 100 MB', () => {
  const long = Buffer.alloc(100 * megabyte, 'x');
  const linesWith = (end: string): Buffer =>
    Buffer.concat([Buffer.from('{"usage":1}\n{"usage":'), long, Buffer.from(end)]);

  test('readLines skips a line of 100 MB and passes on the lines around it', async () => {
    const content = linesWith('}\n{"usage":2}\n');
    expect(await readLines(content)).toEqual({
      lines: ['{"usage":1}', '{"usage":2}'],
      offset: content.length,
      tooLong: 1,
    });
  });

  test('readLines leaves an incomplete line of 100 MB for the next call', async () => {
    expect(await readLines(linesWith(''))).toEqual({
      lines: ['{"usage":1}'],
      offset: 12,
      tooLong: 0,
    });
  });

  test('the tokens sync rejects with the reason of the signal while it reads a line of 100 MB', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', []);
    await writeFile(join(home.projects, '-home-dev-app/a.jsonl'), linesWith('\n'));
    const stop = new UserError('timeout', 'tokens took longer than 0 minutes');
    const run = home.collect({ signal: AbortSignal.abort(stop) });
    await expect(run).rejects.toBe(stop);
  });

  test('the tokens sync counts a line of 300 MB as too long without holding it in memory', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [
      responseLine({ id: 'a' }),
      responseLine({ id: 'b' }),
    ]);
    const log = openSync(join(home.projects, '-home-dev-app/a.jsonl'), 'a');
    const chunk = Buffer.alloc(megabyte, 'x');
    writeSync(log, '{"usage":"');
    for (let count = 0; count < 300; count += 1) writeSync(log, chunk);
    writeSync(log, `"}\n${JSON.stringify(responseLine({ id: 'c' }))}\n`);
    closeSync(log);
    const before = process.memoryUsage().rss;
    const run = await home.collect();
    const grownBytes = process.memoryUsage().rss - before;
    expect(claudeCodeTotals(run).responses).toBe(3);
    expect(run.snapshot.sources['claude-code']?.warnings).toEqual({ 'too-long': 1 });
    expect(grownBytes).toBeLessThan(200 * megabyte);
  });
});
