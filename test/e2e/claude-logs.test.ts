import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokensSnapshot } from '../../src/schema/tokens.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const project = resolve(import.meta.dirname, '../..');

interface GroundTruth {
  readonly total: Readonly<Record<'in' | 'out' | 'cw5m' | 'cw1h' | 'cr' | 'responses', number>>;
}

// On a single core there is no worker.
describe.skipIf(availableParallelism() < 2)(
  'logs of more than 100 MB (skipped on one core)',
  () => {
    let workspace: TemporaryWorkspace;
    let logs: string;
    let truth: GroundTruth;
    beforeAll(async () => {
      workspace = await temporaryWorkspace();
      logs = join(workspace.root, 'logs');
      const generator = join(project, 'bench/generate-claude-logs.mjs');
      const size = ['--mb', '110', '--sessions', '80'];
      execFileSync(process.execPath, [generator, '--out', logs, ...size]);
      truth = JSON.parse(readFileSync(join(logs, 'ground-truth.json'), 'utf8')) as GroundTruth;
    });
    afterAll(() => workspace[Symbol.asyncDispose]());

    /** Runs a copy of the built program in a new workspace and returns its snapshot. `change` may edit the copy. */
    const collect = async (name: string, change: (dist: string) => void): Promise<object> => {
      const copy = join(workspace.root, name);
      for (const part of ['bin', 'dist', 'package.json']) {
        cpSync(join(project, part), join(copy, part), { recursive: true });
      }
      change(join(copy, 'dist'));
      await mkdir(join(copy, 'data/config'), { recursive: true });
      writeFileSync(join(copy, 'data/config/sync.json'), '{ "syncs": ["tokens"] }');
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(copy, 'bin/sync-runner.cjs'), 'run', '--quiet', '--workspace', copy],
        {
          env: { PATH: process.env['PATH'], HOME: copy, CLAUDE_CONFIG_DIR: logs },
          encoding: 'utf8',
        },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const text = readFileSync(join(copy, 'data/tokens.json'), 'utf8');
      return { ...tokensSnapshot.parse(JSON.parse(text)), updatedAt: null };
    };
    const prependToWorker = (dist: string, code: string): void => {
      const entry = join(dist, 'read-logs.cjs');
      writeFileSync(entry, code + readFileSync(entry, 'utf8'));
    };

    test('logs of more than 100 MB are read by two threads and add up to the ground truth', async () => {
      const mark = join(workspace.root, 'mark');
      const markWorker = `require('fs').writeFileSync(${JSON.stringify(mark)}, 'seen');`;
      const snapshot = await collect('two', (dist) => {
        prependToWorker(dist, markWorker);
      });
      expect(readFileSync(mark, 'utf8')).toBe('seen');
      const { in: input, out: output, cw5m, cw1h, cr, responses } = truth.total;
      expect(snapshot).toMatchObject({
        totals: {
          'claude-code': {
            responses,
            tokens: { input, output, cacheWrite5m: cw5m, cacheWrite1h: cw1h, cacheRead: cr },
          },
        },
      });
    });

    test('logs of more than 100 MB give the same snapshot when the worker fails', async () => {
      const expected = await collect('intact', () => undefined);
      const actual = await collect('failing', (dist) => {
        prependToWorker(dist, "setTimeout(() => { throw new Error('gone'); }, 50);");
      });
      expect(actual).toEqual(expected);
    });
  },
);
