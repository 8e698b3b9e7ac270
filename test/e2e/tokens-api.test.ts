import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agents } from '../../src/syncs/tokens/agents/registry.ts';
import { addDays } from '../../src/util/dates.ts';
import { tokensSnapshot } from '../../src/schema/tokens.ts';
import {
  adminKey,
  anthropicServer,
  apiError,
  costRow,
  openaiKey,
  openaiServer,
  organization,
  usageRow,
  type AdminApiServer,
} from '../helpers/admin-api-server.ts';
import {
  activity,
  cursorKey,
  cursorServer,
  dailySpend,
  litellmKey,
  litellmServer,
  openrouterKey,
  openrouterServer,
  usageEvent,
} from '../helpers/bill-servers.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const today = new Date().toISOString().slice(0, 10);
const day = addDays(today, -3);

let workspace: TemporaryWorkspace;
let anthropic: AdminApiServer;
let openai: AdminApiServer;
beforeEach(async () => {
  workspace = await temporaryWorkspace({
    syncs: ['tokens', 'projects'],
    projects: { roots: ['code'] },
  });
  anthropic = await anthropicServer(today);
  openai = await openaiServer(today);
  anthropic.usage[day] = [usageRow()];
  anthropic.costs[day] = [costRow('123.45')];
});
afterEach(async () => {
  await anthropic[Symbol.asyncDispose]();
  await openai[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

const run = (env: Readonly<Record<string, string>> = {}, ...flags: string[]): Promise<CliResult> =>
  runCli(['run', '--workspace', workspace.root, ...flags], {
    env: {
      ANTHROPIC_ADMIN_KEY: adminKey,
      ANTHROPIC_ORG_ID: organization,
      ANTHROPIC_BASE_URL: anthropic.url,
      OPENAI_ADMIN_KEY: openaiKey,
      OPENAI_BASE_URL: `${openai.url}/v1`,
      ...env,
    },
  });
const tokensFile = (): string => join(workspace.root, 'data/tokens.json');
const snapshot = (): ReturnType<typeof tokensSnapshot.parse> =>
  tokensSnapshot.parse(JSON.parse(readFileSync(tokensFile(), 'utf8')));
/** Returns the content of all files below `data/`. */
const stored = (): string =>
  readdirSync(join(workspace.root, 'data'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(workspace.root, 'data', name))
    .filter((path) => statSync(path).isFile())
    .map((path) => `${path}\n${readFileSync(path, 'latin1')}`)
    .join('\n');

describe('bills', () => {
  test('run --if-due reads a bill again when it is due, and keeps it in between', async () => {
    await workspace.write(
      'data/config/sync.json',
      JSON.stringify({
        syncs: ['tokens'],
        syncSchedules: { tokens: 1, bills: 1440 },
        projects: { roots: ['code'] },
      }),
    );
    expect((await run()).exitCode).toBe(0);
    expect(anthropic.takeRequests()).not.toEqual([]);
    const { sources, daily } = snapshot();
    expect(sources['anthropic-admin']?.readAt).toMatch(/^20/);
    // As if the last run had been two minutes ago.
    const file = join(workspace.root, 'data/sync-status.json');
    const start = /"lastRun": ?"([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    const earlier = new Date(Date.parse(start) - 120_000).toISOString();
    await workspace.write(
      'data/sync-status.json',
      readFileSync(file, 'utf8').replaceAll(start, earlier),
    );
    const { exitCode, stdout } = await run({}, '--if-due');
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain('Synced 1 token entries');
    expect(anthropic.takeRequests()).toEqual([]);
    expect(snapshot()).toMatchObject({ sources, daily });
    expect((await run()).exitCode).toBe(0);
    expect(anthropic.takeRequests()).not.toEqual([]);
  });

  test('run stores bills with their history and writes nothing when nothing has changed', async () => {
    const { exitCode, stdout, stderr } = await run();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Synced 1 token entries (kept 0 manual entries)\n');
    expect(snapshot().daily).toMatchObject([
      { date: day, costUsd: '1.234500', costBasis: 'billed' },
    ]);
    const history = join(
      workspace.root,
      'data/history/tokens',
      `tokens-${today.slice(0, 7)}.jsonl`,
    );
    const before = [readFileSync(tokensFile()), readFileSync(history)];
    expect(String(before[1])).toContain(`"key":"anthropic-admin|${day}|claude-opus-5|"`);
    expect((await run()).exitCode).toBe(0);
    expect([readFileSync(tokensFile()), readFileSync(history)]).toEqual(before);
  });

  test('run exits 1 when a bill fails, keeps its previous days and stores everything else', async () => {
    await run();
    anthropic.fault = ({ url }) =>
      url.includes('page=')
        ? apiError(500, 'api_error', 'Internal server error', { 'retry-after': '0' })
        : null;
    openai.costs[day] = [
      { amount: { value: 2, currency: 'usd' }, line_item: 'gpt-5, input', project_id: 'proj_1' },
    ];
    const { exitCode, stdout, stderr } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('✗ tokens: Anthropic Admin API: GET /v1/organizations/');
    expect(stderr).toContain('HTTP 500 api_error');
    expect(stdout).toContain('Updated 0 projects, added 0 new projects');
    const { daily, sources } = snapshot();
    expect(daily.map(({ source, costUsd }) => [source, costUsd])).toEqual([
      ['anthropic-admin', '1.234500'],
      ['openai', '2.000000'],
    ]);
    expect(sources).toMatchObject({
      'anthropic-admin': { status: 'error', coveredTo: today },
      openai: { status: 'success' },
    });
    const failed = readFileSync(tokensFile());
    expect((await run()).exitCode).toBe(1);
    expect(readFileSync(tokensFile())).toEqual(failed);
  });

  test('run keeps the manual entries of the user', async () => {
    await run();
    const edited = { ...snapshot(), manual: [{ date: day, costUsd: '5' }, 'invoice 7'] };
    await workspace.write('data/tokens.json', JSON.stringify(edited));
    anthropic.costs[day] = [costRow('200')];
    expect((await run()).stdout).toContain('Synced 1 token entries (kept 2 manual entries)\n');
    expect(snapshot()).toMatchObject({ manual: edited.manual, daily: [{ costUsd: '2.000000' }] });
  });

  test('run reports that it skips the token sync when there are neither keys nor logs', async () => {
    const { exitCode, stdout } = await run({ ANTHROPIC_ADMIN_KEY: '', OPENAI_ADMIN_KEY: '' });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'ANTHROPIC_ADMIN_KEY or ANTHROPIC_ORG_ID not set — skipping token sync\n',
    );
    expect(Object.keys(snapshot().sources)).toEqual([
      'anthropic-admin',
      ...agents.map(({ name }) => name),
    ]);
    expect([...anthropic.takeRequests(), ...openai.takeRequests()]).toEqual([]);
  });
});

test.each([
  ['that is valid', {}],
  [
    'that is rejected',
    {
      ANTHROPIC_ADMIN_KEY: 'sk-ant-admin01-canary-wrong',
      OPENAI_ADMIN_KEY: 'sk-admin-canary-wrong',
    },
  ],
  ['in a URL', { ANTHROPIC_BASE_URL: 'http://me:canary-canary@127.0.0.1:9/?k=canary-canary' }],
])('a key %s is in no file and no output when the API returns it', async (_, env) => {
  const echo: AdminApiServer['fault'] = ({ headers, url }) =>
    JSON.stringify(headers).includes('wrong') || url.includes('page=')
      ? apiError(401, 'authentication_error', JSON.stringify(headers), {
          'request-id': String(headers['x-api-key']),
        })
      : null;
  anthropic.fault = echo;
  openai.fault = echo;
  for (const flags of [['--verbose'], ['--json'], ['--scheduled']]) {
    const { stdout, stderr, exitCode } = await run(env, ...flags);
    expect(exitCode).toBe(1);
    expect(`${stdout}${stderr}`).not.toContain('canary');
  }
  const files = stored();
  expect(files).toContain('sync-status.json');
  expect(files).not.toContain('canary');
  expect(files).not.toContain(Buffer.from(adminKey).toString('base64').slice(0, 20));
});

describe('bills of gateways', () => {
  test.each([
    ['OpenRouter', 'openrouter', 'OPENROUTER_MANAGEMENT_KEY', openrouterKey, '0.015000'],
    ['Cursor', 'cursor', 'CURSOR_ADMIN_KEY', cursorKey, '0.213623'],
    ['LiteLLM', 'litellm', 'LITELLM_ADMIN_KEY', litellmKey, '0.100000'],
  ])(
    'run stores the bill of %s, writes nothing when nothing has changed, and never its key',
    async (_, source, variable, key, costUsd) => {
      await using openrouter = await openrouterServer();
      await using cursor = await cursorServer();
      await using litellm = await litellmServer();
      openrouter.rows = [activity(day)];
      cursor.rows = [usageEvent(`${day}T12:00:00Z`)];
      litellm.rows = [dailySpend(day)];
      const env = {
        ANTHROPIC_ADMIN_KEY: '',
        OPENAI_ADMIN_KEY: '',
        OPENROUTER_BASE_URL: `${openrouter.url}/api/v1`,
        CURSOR_BASE_URL: cursor.url,
        LITELLM_BASE_URL: litellm.url,
        [variable]: key,
      };
      const { exitCode, stdout, stderr } = await run(env, '--verbose');
      expect(exitCode).toBe(0);
      expect(snapshot().daily).toMatchObject([{ source, date: day, costUsd }]);
      const before = readFileSync(tokensFile());
      expect((await run(env)).exitCode).toBe(0);
      expect(readFileSync(tokensFile())).toEqual(before);
      for (const text of [stdout, stderr, stored()]) expect(text).not.toContain('canary');
    },
  );
});
