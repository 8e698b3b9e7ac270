import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codex } from '../../../../../src/syncs/tokens/agents/codex/index.ts';
import { RolloutBuilder, rolloutPath, threadId } from '../../../../helpers/agents/codex-rollout.ts';
import { agentHome, countsOf, runAgent, type AgentRun } from './run-agent.ts';
import { tokensIn, tokensOf } from './run-codex.ts';

const parentId = threadId(1);

describe('running totals', () => {
  test('the growth of a total counts where the last usage is missing', async () => {
    const thread = new RolloutBuilder()
      .tokenCount({ last: { input: 38_000, output: 235 } })
      .tokenCount({ total: { input: 75_000, output: 1218 } });
    expect(await tokensIn(thread)).toBe(76_218);
  });

  test('the last usage counts where the total has grown by more', async () => {
    const thread = new RolloutBuilder()
      .tokenCount({ total: { input: 38_235 }, last: { input: 38_235 } })
      .tokenCount({ total: { input: 76_218 }, last: { input: 37_983 } });
    expect(await tokensIn(thread)).toBe(76_218);
  });

  test('repeated totals and rate limits without usage count nothing', async () => {
    const thread = new RolloutBuilder()
      .event('token_count', { info: null, rate_limits: {} })
      .count({ input: 500 })
      .repeat()
      .repeat();
    expect(await tokensIn(thread)).toBe(500);
  });

  test('cached and written tokens are part of the input and reasoning is part of the output', async () => {
    await using home = await agentHome();
    await new RolloutBuilder()
      .count({ input: 1000, cached: 600, written: 300, output: 50 })
      .write(home.path);
    expect(countsOf(await runAgent('codex', home.path))).toEqual({
      ...{ responses: 1, input: 100, cacheRead: 600, cacheWrite: 300, output: 50 },
    });
  });
});

describe('records of responses', () => {
  test('a compaction counts once, also before its marker and with an unchanged total', async () => {
    const thread = new RolloutBuilder()
      .response('a', { input: 1000 })
      .count({ input: 1000 })
      .response('r', { input: 40_000, output: 2000 })
      .compacted('r')
      .repeat()
      .response('b', { input: 300 })
      .count({ input: 300 });
    expect(await tokensIn(thread)).toBe(43_300);
  });

  test('running totals before the first record of a response count', async () => {
    const thread = new RolloutBuilder()
      .count({ input: 1000 })
      .response('a', { input: 200 })
      .count({ input: 200 });
    expect(await tokensIn(thread)).toBe(1200);
  });

  test('running totals count with compactions when records of responses are missing', async () => {
    const thread = new RolloutBuilder()
      .response('a', { input: 1000 })
      .count({ input: 1000 })
      .response('r', { input: 400 })
      .compacted('r')
      .response('local', { input: 900 })
      .count({ input: 900 })
      .compacted('local')
      .count({ input: 5000 });
    expect(await tokensIn(thread)).toBe(7300);
  });

  test('running totals count when only a compaction by the server has a record', async () => {
    const thread = new RolloutBuilder()
      .count({ input: 1000 })
      .response('r', { input: 40_000, output: 2000 })
      .compacted('r')
      .repeat()
      .count({ input: 300 });
    expect(await tokensIn(thread)).toBe(43_300);
  });

  test('records of the parent in a fork are not those of the fork', async () => {
    const fork = new RolloutBuilder({ id: threadId(2), forkedFrom: parentId })
      .response('a', { input: 1000 }, { thread_id: parentId })
      .response('b', { input: 20 });
    expect(await tokensIn(fork)).toBe(20);
  });
});

describe('model, directory and tier', () => {
  const entries = (run: AgentRun): unknown =>
    run.usage?.daily.map(({ model, project, tokens, costUsd }) => [
      ...[model, project, tokens?.input],
      costUsd === null ? 'unknown' : 'known',
    ]);

  test('a change of model or directory applies to what follows', async () => {
    await using home = await agentHome();
    await new RolloutBuilder({ cwd: '/home/dev/café' })
      .count({ input: 1 })
      .turn('gpt-5.4-mini', '/home/dev/b')
      .count({ input: 20 })
      .write(home.path);
    expect(entries(await runAgent('codex', home.path))).toEqual([
      ['gpt-5.4', '/home/dev/café', 1, 'known'],
      ['gpt-5.4-mini', '/home/dev/b', 20, 'known'],
    ]);
  });

  test('a service tier applies until the next one, also in the next run', async () => {
    await using home = await agentHome();
    const thread = new RolloutBuilder().count({ input: 1 }).tier('priority').count({ input: 20 });
    await thread.write(home.path);
    const first = await runAgent('codex', home.path);
    await thread
      .tier()
      .count({ input: 300 })
      .tier('flex')
      .count({ input: 4000 })
      .tier('default')
      .count({ input: 50_000 })
      .tier('fast')
      .count({ input: 600_000 })
      .write(home.path);
    const second = await runAgent('codex', home.path, { after: first });
    const models = second.usage?.daily.map(({ model, tokens }) => [model, tokens?.input]);
    expect(models).toEqual([
      ['gpt-5.4', 50_001],
      ['gpt-5.4-fast', 600_320],
      ['gpt-5.4-flex', 4000],
    ]);
    expect(second.usage?.daily[2]).toMatchObject({ costUsd: null, costBasis: 'unknown' });
    expect(second.usage).toEqual((await runAgent('codex', home.path)).usage);
  });

  test('tokens without a model are counted without a cost', async () => {
    await using home = await agentHome();
    const thread = new RolloutBuilder().count({ input: 700 });
    thread.lines.splice(1, 1);
    await thread.write(home.path);
    expect(entries(await runAgent('codex', home.path))).toEqual([
      ['unknown', '/home/dev/app', 700, 'unknown'],
    ]);
  });
});

describe('files of a rollout', () => {
  const archived = { dir: 'archived_sessions' };

  test('a rollout in both directories counts once, as in sessions', async () => {
    await using home = await agentHome();
    await new RolloutBuilder().count({ input: 500 }).count({ input: 70 }).write(home.path);
    await new RolloutBuilder().count({ input: 400 }).write(home.path, archived);
    expect(tokensOf(await runAgent('codex', home.path))).toBe(570);
  });

  test('a rollout that is archived or resumed between two runs counts once', async () => {
    await using home = await agentHome();
    const thread = new RolloutBuilder().count({ input: 500 }).count({ input: 70 });
    await thread.write(home.path);
    const first = await runAgent('codex', home.path);
    const archive = rolloutPath(home.path, parentId, 'archived_sessions');
    await mkdir(dirname(archive), { recursive: true });
    await rename(rolloutPath(home.path), archive);
    const second = await runAgent('codex', home.path, { after: first });
    expect(tokensOf(second)).toBe(570);
    await rename(archive, rolloutPath(home.path));
    await thread.count({ input: 8 }).write(home.path);
    const third = await runAgent('codex', home.path, { after: second });
    expect(tokensOf(third)).toBe(578);
    expect(third.usage).toEqual((await runAgent('codex', home.path)).usage);
  });

  test('a compressed rollout is ignored while the other file exists', async () => {
    await using home = await agentHome();
    await new RolloutBuilder().count({ input: 500 }).write(home.path);
    await writeFile(`${rolloutPath(home.path)}.zst`, 'not read');
    const run = await runAgent('codex', home.path);
    expect(tokensOf(run)).toBe(500);
    expect(run.state.warnings).toEqual({});
  });

  const compress = (zlib as { readonly zstdCompressSync?: (bytes: Buffer) => Buffer })
    .zstdCompressSync;

  test.runIf(compress !== undefined)(
    'a compressed rollout counts like the other file (skipped without zstd)',
    async () => {
      await using home = await agentHome();
      const thread = new RolloutBuilder();
      for (let index = 0; index < 5000; index += 1) thread.count({ input: 1 });
      await thread.write(home.path, archived);
      const path = rolloutPath(home.path, parentId, 'archived_sessions');
      const first = await runAgent('codex', home.path);
      await writeFile(`${path}.zst`, compress?.(await readFile(path)) ?? '');
      await rm(path);
      const second = await runAgent('codex', home.path, { after: first });
      expect(second.usage).toEqual(first.usage);
      expect((await runAgent('codex', home.path, { after: second })).isUnchanged).toBe(true);
      expect((await runAgent('codex', home.path)).usage).toEqual(first.usage);
    },
  );

  test.runIf(compress !== undefined)(
    'a damaged compressed rollout is a warning (skipped without zstd)',
    async () => {
      await using home = await agentHome();
      const path = `${rolloutPath(home.path)}.zst`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'not compressed');
      expect((await runAgent('codex', home.path)).diagnostics).toMatchObject([
        { code: 'log-unreadable', message: 'is not a complete zstd file' },
      ]);
    },
  );

  test.runIf(compress === undefined)(
    'a compressed rollout is a warning when Node cannot decompress it (skipped with zstd)',
    async () => {
      await using home = await agentHome();
      const path = `${rolloutPath(home.path)}.zst`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'compressed');
      const run = await runAgent('codex', home.path);
      expect(run.state.warnings).toEqual({ unreadable: 1 });
      expect(run.diagnostics[0]?.message).toBe(
        'is compressed with zstd, which requires Node 22.15 or later',
      );
    },
  );

  test('other files in the directories are not read', async () => {
    await using home = await agentHome();
    await new RolloutBuilder().count({ input: 500 }).write(home.path);
    const text = await readFile(rolloutPath(home.path), 'utf8');
    await writeFile(join(dirname(rolloutPath(home.path)), 'copy.jsonl'), text);
    expect(tokensOf(await runAgent('codex', home.path))).toBe(500);
  });
});

describe('locations', () => {
  const rootsOf = (
    env: Readonly<Record<string, string>>,
    directories: readonly string[] = [],
  ): readonly string[] =>
    codex
      .locations({ directories, system: { env, home: '/home/dev', platform: 'linux' } })
      .map(({ root }) => root);

  test('the logs are in .codex of the home directory on every platform', () => {
    expect(rootsOf({})).toEqual([
      '/home/dev/.codex/sessions',
      '/home/dev/.codex/archived_sessions',
    ]);
  });

  test('CODEX_HOME replaces the default and may name several directories', () => {
    expect(rootsOf({ CODEX_HOME: '~/c' })).toEqual([
      '/home/dev/c/sessions',
      '/home/dev/c/archived_sessions',
    ]);
    expect(rootsOf({ CODEX_HOME: '/a, /b' })).toHaveLength(4);
  });

  test('configured directories take precedence over CODEX_HOME', () => {
    expect(rootsOf({ CODEX_HOME: '/a' }, ['/c'])).toEqual(['/c/sessions', '/c/archived_sessions']);
  });
});
