import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokensSnapshot } from '../../src/schema/tokens.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const project = resolve(import.meta.dirname, '../..');

interface Truth {
  readonly total: Readonly<Record<'in' | 'out' | 'cw5m' | 'cw1h' | 'cr' | 'responses', number>>;
}

// One core reads with one thread, whatever the size.
describe.skipIf(availableParallelism() < 2)('logs of more than 100 MB', () => {
  let folder: TemporaryWorkspace;
  let logs: string;
  let truth: Truth;
  beforeAll(async () => {
    folder = await temporaryWorkspace();
    logs = join(folder.root, 'logs');
    const generator = join(project, 'bench/generate-claude-logs.mjs');
    const size = ['--mb', '110', '--sessions', '80'];
    execFileSync(process.execPath, [generator, '--out', logs, ...size]);
    truth = JSON.parse(readFileSync(join(logs, 'ground-truth.json'), 'utf8')) as Truth;
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  /** What a copy of the built program tells in a new workspace; `change` may edit the copy. */
  const tell = async (name: string, change: (dist: string) => void): Promise<object> => {
    const place = join(folder.root, name);
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(join(project, part), join(place, part), { recursive: true });
    }
    change(join(place, 'dist'));
    await mkdir(join(place, 'data/config'), { recursive: true });
    writeFileSync(join(place, 'data/config/sync.json'), '{ "syncs": ["tokens"] }');
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(place, 'bin/sync-runner.cjs'), 'run', '--quiet', '--workspace', place],
      {
        env: { PATH: process.env['PATH'], HOME: place, CLAUDE_CONFIG_DIR: logs },
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const text = readFileSync(join(place, 'data/tokens.json'), 'utf8');
    return { ...tokensSnapshot.parse(JSON.parse(text)), updatedAt: null };
  };
  const before = (dist: string, code: string): void => {
    const entry = join(dist, 'read-logs.cjs');
    writeFileSync(entry, code + readFileSync(entry, 'utf8'));
  };

  test('are read by two threads, and add up to the truth', async () => {
    const mark = join(folder.root, 'mark');
    const noteThread = `require('fs').writeFileSync(${JSON.stringify(mark)}, 'seen');`;
    const told = await tell('two', (dist) => {
      before(dist, noteThread);
    });
    expect(readFileSync(mark, 'utf8')).toBe('seen');
    const { in: input, out: output, cw5m, cw1h, cr, responses } = truth.total;
    expect(told).toMatchObject({
      totals: {
        'claude-code': {
          responses,
          tokens: { input, output, cacheWrite5m: cw5m, cacheWrite1h: cw1h, cacheRead: cr },
        },
      },
    });
  });

  test('give the same when the second thread dies before it answers', async () => {
    const whole = await tell('whole', () => undefined);
    const alone = await tell('alone', (dist) => {
      before(dist, "setTimeout(() => { throw new Error('gone'); }, 50);");
    });
    expect(alone).toEqual(whole);
  });
});
