import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeJsonLines } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent, type AgentRun } from './run-agent.ts';

const log = '.pi/agent/sessions/--home-dev-app--/2026-11-20T10-00-00_a.jsonl';
const timestamp = '2026-11-20T10:00:00.000Z';
const timeMs = Date.parse(timestamp);
const cwd = '/home/dev/app';
const header = { type: 'session', version: 3, id: 'a', timestamp, cwd };

const usageOf = (output: number, changes: object = {}): object => ({
  ...{ input: 100, output, cacheRead: 0, cacheWrite: 0, totalTokens: 100 + output },
  cost: { total: 0.25 },
  ...changes,
});
const answer = (id: string, output: number, changes: object = {}): object => ({
  ...{ type: 'message', id, parentId: null, timestamp },
  message: {
    ...{ role: 'assistant', provider: 'Anthropic', model: 'claude-opus-5', timestamp: timeMs },
    usage: usageOf(output),
    ...changes,
  },
});

const outputByModel = ({ usage }: AgentRun): object =>
  Object.fromEntries(usage?.daily.map(({ model, tokens }) => [model, tokens?.output]) ?? []);

describe('Pi', () => {
  test('all branches of a session are counted, not only the active one', async () => {
    await using home = await agentHome();
    const branch = { ...answer('b', 7), parentId: 'a' };
    const other = { ...answer('c', 11), parentId: 'a' };
    await writeJsonLines(join(home.path, log), [header, answer('a', 5), branch, other]);
    expect(countsOf(await runAgent('pi', home.path))).toMatchObject({ responses: 3, output: 23 });
  });

  test('summaries of compactions and branches use the model of the session, and nested calls of tools an unknown one', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, log), [
      header,
      { type: 'model_change', id: 'm', timestamp, provider: 'openai', modelId: 'gpt-5.5' },
      { type: 'compaction', id: 'c', timestamp, summary: 'x', usage: usageOf(3) },
      answer('a', 5),
      { type: 'branch_summary', id: 'd', timestamp, summary: 'x', usage: usageOf(7) },
      { ...answer('t', 0), message: { role: 'toolResult', usage: usageOf(11) } },
      { ...answer('u', 0), message: { role: 'user', content: 'with "usage"' } },
    ]);
    const run = await runAgent('pi', home.path);
    expect(outputByModel(run)).toEqual({ 'gpt-5.5': 3, 'claude-opus-5': 12, unknown: 11 });
    const tool = run.usage?.daily.find(({ model }) => model === 'unknown');
    expect(tool).toMatchObject({ costUsd: '0.250000', costBasis: 'reported' });
  });

  test('the model of a session is known when a log has grown', async () => {
    await using home = await agentHome();
    const path = join(home.path, log);
    await writeJsonLines(path, [header, answer('a', 5)]);
    const first = await runAgent('pi', home.path);
    const summary = { type: 'compaction', id: 'c', timestamp, usage: usageOf(7) };
    await appendFile(path, `${JSON.stringify(summary)}\n`);
    const second = await runAgent('pi', home.path, { after: first });
    expect(outputByModel(second)).toEqual({ 'claude-opus-5': 12 });
  });

  test('messages repeated in retainedTail of a compaction are not counted', async () => {
    await using home = await agentHome();
    const { message } = answer('a', 5) as { message: object };
    await writeJsonLines(join(home.path, log), [
      header,
      answer('a', 5),
      { type: 'compaction', id: 'c', timestamp, retainedTail: [message], usage: usageOf(7) },
      { type: 'compaction', id: 'd', timestamp, retainedTail: [message] },
    ]);
    expect(countsOf(await runAgent('pi', home.path))).toMatchObject({ responses: 2, output: 12 });
  });

  test('entries that a fork copied with their id and time count once', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, log), [header, answer('a', 5)]);
    await writeJsonLines(join(home.path, log.replace('_a', '_fork')), [
      { ...header, id: 'fork', parentSession: 'a' },
      answer('a', 5),
      answer('b', 7),
    ]);
    expect(countsOf(await runAgent('pi', home.path))).toMatchObject({ responses: 2, output: 12 });
  });

  test('different entries with the same short id are all counted', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, log), [header, answer('a', 5)]);
    await writeJsonLines(join(home.path, log.replace('_a', '_other')), [header, answer('a', 7)]);
    expect(countsOf(await runAgent('pi', home.path))).toMatchObject({ responses: 2, output: 12 });
  });

  test('transcripts of sub-agents and files without a session header are not read, and copies of a run count once', async () => {
    await using home = await agentHome();
    const sessions = join(home.path, '.pi/agent/sessions/--home-dev-app--');
    await writeJsonLines(join(home.path, log), [header, answer('a', 5)]);
    await writeJsonLines(join(sessions, 'subagent-artifacts/x_transcript.jsonl'), [
      header,
      answer('b', 7),
    ]);
    await writeJsonLines(join(sessions, 'transcript.jsonl'), [answer('c', 11)]);
    await writeJsonLines(join(sessions, 'x/run-0/session.jsonl'), [header, answer('a', 5)]);
    const run = await runAgent('pi', home.path);
    expect(countsOf(run)).toMatchObject({ responses: 1, output: 5 });
    expect(run.state.warnings).toEqual({});
  });

  test('an entry of version 1 has no id', async () => {
    await using home = await agentHome();
    const { id: _, ...first } = answer('', 5) as { id: string };
    const { id: __, ...second } = answer('', 7) as { id: string };
    await writeJsonLines(join(home.path, log), [{ ...header, version: 1 }, first, second]);
    expect(countsOf(await runAgent('pi', home.path))).toMatchObject({ responses: 2, output: 12 });
  });

  test('cache writes for an hour are a part of all cache writes', async () => {
    await using home = await agentHome();
    const usage = usageOf(5, { cacheWrite: 100, cacheWrite1h: 70, cacheRead: 9 });
    await writeJsonLines(join(home.path, log), [header, answer('a', 5, { usage })]);
    expect((await runAgent('pi', home.path)).usage?.totals.tokens).toMatchObject({
      ...{ input: 100, cacheWrite5m: 30, cacheWrite1h: 70, cacheRead: 9 },
    });
  });

  test('an aborted request without tokens is not a response', async () => {
    await using home = await agentHome();
    const usage = usageOf(0, { input: 0 });
    const aborted = answer('b', 0, { usage, stopReason: 'aborted' });
    await writeJsonLines(join(home.path, log), [header, answer('a', 5), aborted]);
    expect(countsOf(await runAgent('pi', home.path))).toMatchObject({ responses: 1, output: 5 });
  });
});

describe('Oh My Pi', () => {
  test('sessions of profiles and below XDG_DATA_HOME are read, and those in a directory of Pi are not', async () => {
    await using home = await agentHome();
    const write = (dir: string, output: number): Promise<void> =>
      writeJsonLines(join(home.path, dir, 'sessions/-app/a.jsonl'), [
        header,
        answer(`entry-${String(output)}`, output),
      ]);
    await write('.omp/agent', 5);
    await write('.omp/profiles/work/agent', 7);
    await write('data/omp', 11);
    await write('data/omp/profiles/home', 13);
    await write('shared', 17);
    const env = {
      XDG_DATA_HOME: join(home.path, 'data'),
      PI_CODING_AGENT_DIR: join(home.path, 'shared'),
    };
    const run = await runAgent('oh-my-pi', home.path, { env });
    expect(countsOf(run)).toMatchObject({ responses: 4, output: 36 });
    expect(countsOf(await runAgent('pi', home.path, { env }))).toMatchObject({ output: 17 });
  });
});

describe('OpenClaw', () => {
  const openclawLog = '.openclaw/agents/main/sessions/a.jsonl';

  test('an answer without a model uses that of the last change or snapshot, and no directory is a project', async () => {
    await using home = await agentHome();
    const bare = { model: undefined, provider: undefined };
    const data = { provider: 'openai', modelId: 'gpt-5.5' };
    await writeJsonLines(join(home.path, openclawLog), [
      header,
      answer('a', 5, bare),
      { type: 'model_change', id: 'm', timestamp, provider: 'anthropic', modelId: 'claude-opus-5' },
      answer('b', 7, bare),
      { type: 'custom', customType: 'model-snapshot', id: 's', timestamp, data },
      answer('c', 11, bare),
      answer('d', 13, { ...bare, modelId: 'gpt-5.4' }),
    ]);
    const run = await runAgent('openclaw', home.path);
    expect(outputByModel(run)).toEqual({ 'claude-opus-5': 7, 'gpt-5.5': 11, 'gpt-5.4': 13 });
    expect(run.state.warnings).toEqual({ model: 1 });
    expect(run.usage?.projects).toEqual([]);
    expect(run.usage?.daily.map(({ project }) => project)).toEqual([null, null, null]);
  });

  test('an archived session counts once, also after it was renamed', async () => {
    await using home = await agentHome();
    const lines = [header, answer('a', 5)];
    await writeJsonLines(join(home.path, openclawLog), lines);
    const first = await runAgent('openclaw', home.path);
    await writeJsonLines(join(home.path, `${openclawLog}.reset.2026-11-20`), lines);
    await writeJsonLines(join(home.path, `${openclawLog}.deleted.2026-11-21`), [
      header,
      answer('b', 7),
    ]);
    await writeJsonLines(join(home.path, `${openclawLog}.lock`), [header, answer('c', 11)]);
    const second = await runAgent('openclaw', home.path, { after: first });
    expect(countsOf(second)).toMatchObject({ responses: 2, output: 12 });
  });

  test('a time in milliseconds and the time of the message are accepted', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, openclawLog), [
      header,
      { ...answer('a', 5), timestamp: timeMs },
      { ...answer('b', 7), timestamp: undefined },
      { ...answer('c', 11, { timestamp: undefined }), timestamp: undefined },
    ]);
    const run = await runAgent('openclaw', home.path);
    expect(run.usage?.daily).toMatchObject([{ date: '2026-11-20', responses: 2 }]);
    expect(run.state.warnings).toEqual({ timestamp: 1 });
  });
});
