import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/util/errors.ts';
import {
  createLineReader,
  type LinesRead,
} from '../../../../src/syncs/tokens/usage-log/reading/line-reader.ts';
import { answer, claudeCode, temporaryHome } from './collecting.ts';

const megabyte = 1024 * 1024;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sync-runner-lines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readLines(
  content: string | Buffer,
  from = 0,
): Promise<LinesRead & { readonly lines: readonly string[] }> {
  const path = join(folder, 'log');
  await writeFile(path, content);
  const fd = openSync(path, 'r');
  const lines: string[] = [];
  const reader = createLineReader('"usage"', () => Promise.resolve());
  const read = await reader({ fd, from, to: statSync(path).size }, (bytes, start, end) =>
    lines.push(bytes.toString('utf8', start, end)),
  );
  closeSync(fd);
  return { ...read, lines };
}

test('hands over complete lines with usage in them, and where the next one begins', async () => {
  const content = 'a\n{"usage":1}\nb\n\n{"usage":2}"usage"\n{"usage":3}';
  expect(await readLines(content)).toEqual({
    lines: ['{"usage":1}', '{"usage":2}"usage"'],
    offset: content.lastIndexOf('\n') + 1,
    tooLong: 0,
  });
});

test('begins where it is told to', async () => {
  const content = '{"usage":1}\n{"usage":2}\n';
  expect((await readLines(content, 12)).lines).toEqual(['{"usage":2}']);
});

test.each([megabyte - 20, megabyte - 8, megabyte - 3, megabyte, 3 * megabyte])(
  'hands over lines that cross the blocks, with usage %i bytes from the start',
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
  const parts = (behind: string): Buffer =>
    Buffer.concat([Buffer.from('{"usage":1}\n{"usage":'), long, Buffer.from(behind)]);

  test('is passed over, and those around it are not', async () => {
    const content = parts('}\n{"usage":2}\n');
    expect(await readLines(content)).toEqual({
      lines: ['{"usage":1}', '{"usage":2}'],
      offset: content.length,
      tooLong: 1,
    });
  });

  test('that is not complete is left for the next time', async () => {
    expect(await readLines(parts(''))).toEqual({ lines: ['{"usage":1}'], offset: 12, tooLong: 0 });
  });

  test('does not outlast a stop', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', []);
    await writeFile(join(home.projects, '-home-dev-app/a.jsonl'), parts('\n'));
    const stop = new UserError('timeout', 'tokens took longer than 0 minutes');
    const told = home.collect({ signal: AbortSignal.abort(stop) });
    await expect(told).rejects.toBe(stop);
  });

  test('is counted as left out, and needs no memory of its own size', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [answer({ id: 'a' }), answer({ id: 'b' })]);
    const log = openSync(join(home.projects, '-home-dev-app/a.jsonl'), 'a');
    const chunk = Buffer.alloc(megabyte, 'x');
    writeSync(log, '{"usage":"');
    for (let count = 0; count < 300; count += 1) writeSync(log, chunk);
    writeSync(log, `"}\n${JSON.stringify(answer({ id: 'c' }))}\n`);
    closeSync(log);
    const before = process.memoryUsage().rss;
    const told = await home.collect();
    const grownBytes = process.memoryUsage().rss - before;
    expect(claudeCode(told).responses).toBe(3);
    expect(told.snapshot.sources['claude-code']?.warnings).toEqual({ 'too-long': 1 });
    expect(grownBytes).toBeLessThan(200 * megabyte);
  });
});
