import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noTokens } from '../../../../src/syncs/tokens/token-counts.ts';
import type {
  Agent,
  LogFormat,
  UsageRecord,
} from '../../../../src/syncs/tokens/usage-log/agent.ts';
import { agentSource } from '../../../../src/syncs/tokens/usage-log/agent-source.ts';
import type { SourceReport } from '../../../../src/syncs/tokens/source.ts';
import { decodeCache, encodeCache } from '../../../../src/util/cache.ts';
import { syncContext } from '../../../helpers/context.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sync-runner-agent-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const isLog = (fileName: string): boolean => fileName.endsWith('.log');

/** An agent with other logs than the real one of this name. */
const agentWith = (...formats: LogFormat[]): Agent => ({
  name: 'claude-code',
  locations: () => [{ path: dir, root: dir }],
  logDirOf: null,
  formats,
});

const record = (key: string, output: number, reportedCostUsd: number | null): UsageRecord => ({
  key,
  timeMs: Date.parse('2026-11-20T10:00:00Z'),
  rank: 0,
  project: '/home/dev/app',
  usage: {
    ...noTokens,
    vendor: 'example',
    model: 'example-1',
    isFast: false,
    isUs: false,
    isBatch: false,
    reportedCostUsd,
    output,
  },
  extraUsages: [],
});

/** The running total of a session per line. */
const cumulative = agentWith({
  type: 'lines',
  isLog,
  markers: ['total'],
  createParser: () => (log, state) => {
    let total = (state as number | null) ?? 0;
    return {
      parse: (bytes, start, end) => {
        const { total: next } = JSON.parse(bytes.toString('utf8', start, end)) as { total: number };
        const output = next - total;
        total = next;
        return record(`${log.path} ${String(next)}`, output, null);
      },
      state: () => total,
    };
  },
});

/** One JSON object of counts and costs by id, which is rewritten. */
const rewritten = agentWith({
  type: 'document',
  isLog,
  maxBytes: 1000,
  createParser: () => (_, bytes) => {
    const messages = JSON.parse(bytes.toString()) as Record<string, [number, number | null]>;
    return Object.entries(messages).map(([id, [output, cost]]) => record(id, output, cost));
  },
});

/** Runs the source of an agent; the cache of the previous run goes through its stored form. */
const read = async (agent: Agent, previous?: SourceReport): Promise<SourceReport> => {
  const stamp = { name: 'test', schemaVersion: 1 };
  const cache = previous && decodeCache(stamp, encodeCache(stamp, previous.cache));
  return agentSource(agent).read({ ...syncContext('tokens', dir), cache: cache ?? null });
};

describe('an agent with running totals', () => {
  test('continues from its parser state when a log has grown', async () => {
    const log = join(dir, 'a.log');
    await writeFile(log, '{"total":10}\n{"other":1}\n{"total":15}\n');
    const first = await read(cumulative);
    expect(first.usage?.totals).toMatchObject({ responses: 2, tokens: { output: 15 } });
    await appendFile(log, '{"total":40}\n');
    const second = await read(cumulative, first);
    expect(second.usage?.totals).toMatchObject({ responses: 3, tokens: { output: 40 } });
  });

  test('an agent without project directories has projects without logDir', async () => {
    await writeFile(join(dir, 'a.log'), '{"total":10}\n');
    expect((await read(cumulative)).usage?.projects).toMatchObject([
      { source: 'claude-code', logDir: null, projectPath: '/home/dev/app', responses: 1 },
    ]);
  });
});

describe('an agent with rewritten documents', () => {
  test('records of a rewritten document are added to the earlier ones and the largest counts', async () => {
    const log = join(dir, 'a.log');
    await writeFile(log, '{"one":[5,null],"two":[7,null]}');
    const first = await read(rewritten);
    expect(first.usage?.totals).toMatchObject({ responses: 2, tokens: { output: 12 } });
    await writeFile(log, '{"two":[9,null],"three":[1,null]}');
    const second = await read(rewritten, first);
    expect(second.usage?.totals).toMatchObject({ responses: 3, tokens: { output: 15 } });
  });

  test('the cost that an agent reports is used when the model has no price', async () => {
    await writeFile(join(dir, 'a.log'), '{"one":[5,0.25],"two":[7,1e-7]}');
    expect((await read(rewritten)).usage?.daily).toMatchObject([
      { costUsd: '0.250000', costBasis: 'reported', responses: 2 },
    ]);
  });

  test('a document over its size limit is a warning', async () => {
    await writeFile(join(dir, 'a.log'), ' '.repeat(1001));
    expect((await read(rewritten)).state.warnings).toEqual({ unreadable: 1 });
  });
});

describe('an agent with models of other vendors', () => {
  const usageOf = (model: string, input: number): UsageRecord => {
    const one = record(`${model} ${String(input)}`, 0, null);
    return { ...one, usage: { ...one.usage, vendor: 'google', model, input } };
  };
  const priced = agentWith({
    type: 'document',
    isLog: (fileName) => fileName.endsWith('.log'),
    maxBytes: 1000,
    createParser: () => (_, bytes) =>
      (JSON.parse(bytes.toString()) as [string, number][]).map(([model, input]) =>
        usageOf(model, input),
      ),
  });
  const collect = async (options: object, previous?: object): Promise<SourceReport> => {
    const context = syncContext('tokens', dir, { options, ...previous });
    return agentSource(priced).read({ ...context, cache: null });
  };

  test('a call above the limit of long prompts has the higher price as a whole', async () => {
    await writeFile(
      join(dir, 'a.log'),
      '[["gemini-2.5-pro",200000],["models/gemini-2.5-pro",200001]]',
    );
    expect((await collect({})).usage?.daily).toMatchObject([
      { model: 'gemini-2.5-pro', costUsd: '0.250000', costBasis: 'calculated' },
      { model: 'models/gemini-2.5-pro', costUsd: '0.500003' },
    ]);
  });

  test.each([
    ['its model', ['gemini-2.5-flash']],
    ['its agent', ['claude-code']],
  ])('usage costs nothing and has a list price when a flat rate covers %s', async (_, flatRate) => {
    await writeFile(join(dir, 'a.log'), '[["gemini-2.5-flash",1000000]]');
    const { usage, state } = await collect({ flatRate });
    const covered = { costUsd: '0.000000', listPriceUsd: '0.300000' };
    expect(usage?.daily).toMatchObject([{ ...covered, costBasis: 'calculated' }]);
    expect(usage?.totals).toMatchObject(covered);
    expect(usage?.projects).toMatchObject([covered]);
    expect(state.unpricedModels).toEqual([]);
  });

  test('totals add neither list prices to costs nor costs to list prices', async () => {
    await writeFile(
      join(dir, 'a.log'),
      '[["gemini-2.5-flash",1000000],["gemini-2.0-flash",1000000],["gemini-9",5]]',
    );
    const { usage, state } = await collect({ flatRate: ['gemini-2.5-flash', 'gemini-9'] });
    expect(usage?.totals).toMatchObject({ costUsd: '0.100000', listPriceUsd: '0.300000' });
    expect(usage?.daily).toMatchObject([
      { model: 'gemini-2.0-flash', costUsd: '0.100000' },
      { model: 'gemini-2.5-flash', costUsd: '0.000000', listPriceUsd: '0.300000' },
      { model: 'gemini-9', costUsd: '0.000000', listPriceUsd: null, costBasis: 'unknown' },
    ]);
    expect(usage?.daily[0]).not.toHaveProperty('listPriceUsd');
    expect(state.unpricedModels).toEqual(['gemini-9']);
  });

  test('a lost cache and deleted logs keep the list price when the flat rate ends', async () => {
    const log = join(dir, 'a.log');
    await writeFile(log, '[["gemini-2.5-flash",1000000]]');
    const { usage, state } = await collect({ flatRate: ['claude-code'] });
    await writeFile(log, '[]');
    const previous = {
      schemaVersion: 1,
      updatedAt: '2026-11-20T12:00:00Z',
      timeZone: 'UTC',
      sources: { 'claude-code': state },
      totals: { 'claude-code': usage?.totals },
      daily: usage?.daily,
      projects: usage?.projects,
      manual: [],
    };
    expect((await collect({}, { previous })).usage?.totals).toMatchObject({ costUsd: '0.300000' });
    expect(
      (await collect({ flatRate: ['claude-code'] }, { previous })).usage?.totals,
    ).toMatchObject({
      costUsd: '0.000000',
      listPriceUsd: '0.300000',
    });
  });
});
