import { describe, expect, test } from 'vitest';
import { diagnostic } from '../../../../src/util/diagnostic.ts';
import type { TokenEntry } from '../../../../src/schema/tokens.ts';
import { agentNames } from '../../../../src/schema/agent-names.ts';
import { tokens } from '../../../../src/syncs/tokens/index.ts';
import { afterRun, responseLine, temporaryHome, type TokensRun } from './run-tokens.ts';

const log = '-home-dev-app/a.jsonl';
const bothSecrets = { ANTHROPIC_ADMIN_KEY: 'key', ANTHROPIC_ORG_ID: 'organisation' };
const missing = 'ANTHROPIC_ADMIN_KEY or ANTHROPIC_ORG_ID not set';

describe('the Anthropic bill without its secrets', () => {
  test.each([[{}], [{ ANTHROPIC_ADMIN_KEY: 'key' }], [{ ...bothSecrets, ANTHROPIC_ORG_ID: '' }]])(
    'the notice names the Anthropic bill when logs are read and the secrets are %j',
    async (secrets) => {
      await using home = await temporaryHome();
      await home.writeLog(log, [responseLine()]);
      const { snapshot, notices, warnings } = await home.collect({ secrets });
      expect(notices).toEqual([`${missing} — skipping the Anthropic bill`]);
      expect(warnings).toEqual([]);
      expect(snapshot.sources).toMatchObject({
        'anthropic-admin': { status: 'skipped', message: missing },
        'claude-code': { status: 'success', message: null },
      });
      expect(Object.keys(snapshot.totals)).toEqual(['claude-code']);
    },
  );

  test('the notice names the Anthropic bill when another bill is read', async () => {
    await using home = await temporaryHome();
    const secrets = { OPENAI_ADMIN_KEY: 'key', OPENAI_BASE_URL: 'http://user@127.0.0.1:9' };
    const { notices } = await home.collect({ secrets });
    expect(notices).toEqual([`${missing} — skipping the Anthropic bill`]);
  });

  test.each([
    ['there are no logs', {}],
    ['the logs are disabled', { agents: { 'claude-code': { enabled: false } } }],
    ['the logs are disabled under the former name', { claudeCode: { enabled: false } }],
  ])('the notice names the token sync when %s', async (_, options) => {
    await using home = await temporaryHome();
    const { notices } = await home.collect({ options });
    expect(notices).toEqual([`${missing} — skipping token sync`]);
  });
});

describe('a disabled source', () => {
  test('a disabled bill has neither state nor notice', async () => {
    await using home = await temporaryHome();
    const run = await home.collect({ options: { anthropic: { enabled: false } } });
    expect(run.notices).toEqual([]);
    expect(Object.keys(run.snapshot.sources)).toEqual(agentNames);
  });
});

test('the previous usage of a source is kept while it is skipped or disabled', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [responseLine()]);
  const first = await home.collect();
  const tokenCounts = first.snapshot.daily[0]?.tokens;
  if (tokenCounts === undefined) throw new Error('there is no entry');
  const billed: TokenEntry = {
    date: '2026-11-19',
    source: 'anthropic-admin',
    model: 'claude-opus-5',
    workspace: null,
    tokens: tokenCounts,
    responses: null,
    costUsd: '1.000000',
    costBasis: 'billed',
  };
  const totals = { tokens: tokenCounts, responses: null, costUsd: '1.000000' };
  const previous = {
    ...first.snapshot,
    daily: [billed, ...first.snapshot.daily],
    totals: { ...first.snapshot.totals, 'anthropic-admin': totals },
  };
  const options = { agents: { 'claude-code': { enabled: false } } };
  const second = await home.collect({ previous, cache: first.cache ?? null, options });
  expect(second.cache).toBeUndefined();
  expect(second.snapshot.daily).toEqual(previous.daily);
  expect(second.snapshot.totals).toEqual(previous.totals);
  expect(second.snapshot.projects).toEqual(previous.projects);
  const others = agentNames.filter((name) => name !== 'claude-code');
  expect(Object.keys(second.snapshot.sources)).toEqual(['anthropic-admin', ...others]);
});

test('entries are sorted, counted and converted to history entries with a key', async () => {
  await using home = await temporaryHome();
  const cwd = '/home/dev/b';
  await home.writeLog('-home-dev-b/a.jsonl', [
    responseLine({ id: 'a', cwd }),
    responseLine({ id: 'b', cwd, model: 'claude-haiku-4-5' }),
    responseLine({ id: 'c', cwd, at: '2026-11-23T08:00:00Z' }),
  ]);
  await home.writeLog('-home-dev-a/a.jsonl', [responseLine({ id: 'd', cwd: '/home/dev/a' })]);
  await home.writeLog('-lost/a.jsonl', [
    responseLine({ id: 'e', cwd: null, at: '2026-11-21T08:00:00Z' }),
  ]);
  const run = await home.collect({
    previous: { ...(await home.collect()).snapshot, manual: [{ mine: 1 }, 'note'] },
  });
  expect(run.counts).toEqual({ entries: 5, manual: 2 });
  expect(run.snapshot.manual).toEqual([{ mine: 1 }, 'note']);
  const entries = tokens.toHistory(run.snapshot);
  expect(entries.map(({ key }) => key)).toEqual([
    'claude-code|2026-11-20|claude-haiku-4-5|/home/dev/b',
    'claude-code|2026-11-20|claude-opus-5|/home/dev/a',
    'claude-code|2026-11-20|claude-opus-5|/home/dev/b',
    'claude-code|2026-11-21|claude-opus-5|',
    'claude-code|2026-11-23|claude-opus-5|/home/dev/b',
  ]);
  expect(run.snapshot.daily.at(-1)).toMatchObject({ partial: true });
  expect(entries.at(-1)).not.toHaveProperty('partial');
  expect(run.snapshot.sources['claude-code']).toMatchObject({
    coveredFrom: '2026-11-20',
    coveredTo: '2026-11-23',
  });
});

test('the covered days of a log end today when it contains usage in the future', async () => {
  await using home = await temporaryHome();
  await home.writeLog('-home-dev-app/a.jsonl', [
    responseLine({ id: 'a' }),
    responseLine({ id: 'b', requestId: 'b', at: '2031-01-01T00:00:00.000Z' }),
  ]);
  const { snapshot } = await home.collect();
  expect(snapshot.daily.map(({ date }) => date)).toEqual(['2026-11-20', '2031-01-01']);
  expect(snapshot.sources['claude-code']).toMatchObject({
    coveredFrom: '2026-11-20',
    coveredTo: '2026-11-20',
  });
});

describe('a model without a price', () => {
  test('has no cost, causes a warning and is left out of sums', async () => {
    await using home = await temporaryHome();
    const usage = { input_tokens: 1_000_000, output_tokens: 0 };
    await home.writeLog(log, [
      responseLine({ id: 'a', model: 'claude-next-9', usage }),
      responseLine({ id: 'b', usage }),
    ]);
    const first = await home.collect();
    const { daily, sources, totals, projects } = first.snapshot;
    expect(daily.map(({ costUsd, costBasis }) => [costUsd, costBasis])).toEqual([
      [null, 'unknown'],
      ['5.000000', 'calculated'],
    ]);
    expect(daily[0]).not.toHaveProperty('priceVersion');
    expect(daily[1]?.priceVersion).toMatch(/^genai-prices /);
    expect(sources['claude-code']?.unpricedModels).toEqual(['claude-next-9']);
    expect(totals['claude-code']?.costUsd).toBe('5.000000');
    expect(projects[0]?.costUsd).toBe('5.000000');
    const warning = diagnostic('no-price', {
      subject: 'claude-next-9',
      message: 'has no known price: the cost of its usage by Claude Code is unknown',
      hint: 'add it to tokens.prices, or name a known model for it in tokens.modelAliases',
    });
    expect(first.warnings).toEqual([warning]);
    const second = await home.collect(afterRun(first));
    expect(second.warnings).toEqual([warning]);
    expect(second.snapshot).toEqual(first.snapshot);
  });

  test('the total cost is null when no model has a price', async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [responseLine({ model: 'claude-next-9' })]);
    expect((await home.collect()).snapshot.totals['claude-code']?.costUsd).toBeNull();
  });
});

describe('rates of a call', () => {
  const cost = ({ snapshot }: TokensRun): unknown =>
    snapshot.daily.map(({ date, costUsd }) => [date, costUsd]);

  test('the long-prompt rate depends on the prompt of a single call', async () => {
    await using home = await temporaryHome();
    const model = 'claude-sonnet-4-5';
    const line = (input: number): object =>
      responseLine({ id: String(input), model, usage: { input_tokens: input, output_tokens: 0 } });
    await home.writeLog(log, [line(300_000), line(150_000), line(150_001), line(200_000)]);
    // $6 per million for the first, $3 for the others.
    expect(cost(await home.collect())).toEqual([['2026-11-20', '3.300003']]);
  });

  test('the rate of a day depends on the UTC day in every time zone', async () => {
    await using home = await temporaryHome();
    const usage = { input_tokens: 300_000, output_tokens: 0 };
    const model = 'claude-opus-4-6';
    await home.writeLog(log, [
      responseLine({ id: 'a', model, usage, at: '2026-03-12T23:30:00Z' }),
      responseLine({ id: 'b', model, usage, at: '2026-03-13T00:30:00Z' }),
    ]);
    const run = await home.collect({ options: { timeZone: 'America/New_York' } });
    // $10 per million on the first day, $5 on the second.
    expect(cost(run)).toEqual([['2026-03-12', '4.500000']]);
  });
});
