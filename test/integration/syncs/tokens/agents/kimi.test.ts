import { createHash } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnostic } from '../../../../../src/util/diagnostic.ts';
import { writeJsonLines, writeLogFile } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent } from './run-agent.ts';

const timeMs = Date.parse('2026-11-20T10:00:00.250Z');

describe('Kimi CLI', () => {
  const hash = createHash('md5').update('/home/dev/app').digest('hex');
  const sessions = `.kimi/sessions/${hash}`;
  const header = { type: 'metadata', protocol_version: '1.9' };
  const status = (message_id: string | null, output: number): object => ({
    type: 'StatusUpdate',
    payload: {
      message_id,
      token_usage: { input_other: 100, output, input_cache_read: 30, input_cache_creation: 4 },
    },
  });
  const line = (message: object, offsetMs = 0): object => ({
    timestamp: (timeMs + offsetMs) / 1000,
    message,
  });
  const inParent = (event: object, agent?: object): object => ({
    type: 'SubagentEvent',
    payload: { parent_tool_call_id: 'call', ...agent, event },
  });

  test('a step is counted with its cache counts and an unknown model, whose cost is unknown', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, sessions, 'a/wire.jsonl'), [
      header,
      line(status('m1', 5)),
      line({ type: 'StatusUpdate', payload: { context_usage: 0.1, token_usage: null } }),
    ]);
    await writeLogFile(join(home.path, '.kimi/config.toml'), 'default_model = "kimi-k2"\n');
    const run = await runAgent('kimi-cli', home.path);
    expect(countsOf(run)).toEqual({
      ...{ responses: 1, input: 100, output: 5 },
      ...{ cacheRead: 30, cacheWrite: 4 },
    });
    expect(run.usage?.daily).toMatchObject([
      { model: 'unknown', costUsd: null, costBasis: 'unknown' },
    ]);
  });

  test('the warning about unknown models names the agent and ends with an alias for them', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, sessions, 'a/wire.jsonl'), [
      header,
      line(status('m1', 5)),
    ]);
    const run = await runAgent('kimi-cli', home.path);
    expect(run.diagnostics).toEqual([
      diagnostic('no-model', {
        subject: 'Kimi CLI',
        message: 'its logs do not name the model of some usage: the cost of that is unknown',
        hint: 'name one for "unknown" in tokens.modelAliases',
      }),
    ]);
    const options = { modelAliases: { unknown: 'moonshotai/kimi-k2.5' } };
    const priced = await runAgent('kimi-cli', home.path, { options });
    expect(priced.diagnostics).toEqual([]);
    expect(priced.usage?.totals.costUsd).not.toBeNull();
  });

  test('the steps of a sub-agent in its own log and in that of its parent count once', async () => {
    await using home = await agentHome();
    const agent = { agent_id: 'a1', subagent_type: 'coder' };
    await writeJsonLines(join(home.path, sessions, 'a/wire.jsonl'), [
      header,
      line(status('m1', 5)),
      line(inParent(status('m2', 7), agent), 3),
      line(inParent(status(null, 11), agent), 3),
    ]);
    await writeJsonLines(join(home.path, sessions, 'a/subagents/a1/wire.jsonl'), [
      header,
      line(status('m2', 7)),
      line(status(null, 11)),
    ]);
    const run = await runAgent('kimi-cli', home.path);
    expect(countsOf(run)).toMatchObject({ responses: 3, output: 23 });
  });

  test('the steps of a sub-agent without a log of its own are counted from the log of its parent', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, sessions, 'a/wire.jsonl'), [
      header,
      line(inParent(status('m2', 7), { agent_id: 'a1' })),
      line(inParent(status(null, 11))),
      line(inParent(inParent(status('m3', 13)))),
    ]);
    const run = await runAgent('kimi-cli', home.path);
    expect(countsOf(run)).toMatchObject({ responses: 3, output: 31 });
  });

  test('lines that a fork copied count once, with and without an id', async () => {
    await using home = await agentHome();
    const lines = [header, line(status('m1', 5)), line(status(null, 7))];
    await writeJsonLines(join(home.path, sessions, 'a/wire.jsonl'), lines);
    await writeJsonLines(join(home.path, sessions, 'fork/wire.jsonl'), [
      ...lines,
      line(status('m2', 11)),
    ]);
    const run = await runAgent('kimi-cli', home.path);
    expect(countsOf(run)).toMatchObject({ responses: 3, output: 23 });
  });

  test('the project is the path in kimi.json with the hash of the directory, unknown for another machine', async () => {
    await using home = await agentHome();
    const work_dirs = [null, { path: 7 }, { path: '/home/dev/other' }, { path: '/home/dev/app' }];
    await writeLogFile(join(home.path, '.kimi/kimi.json'), JSON.stringify({ work_dirs }));
    await writeJsonLines(join(home.path, sessions, 'a/wire.jsonl'), [line(status('m1', 5))]);
    const remote = join(home.path, `.kimi/sessions/ssh_${hash}/b/wire.jsonl`);
    await writeJsonLines(remote, [line(status('m2', 7))]);
    const { usage } = await runAgent('kimi-cli', home.path);
    const outputs = usage?.daily.map(({ project, tokens }) => [String(project), tokens?.output]);
    expect(Object.fromEntries(outputs ?? [])).toEqual({ '/home/dev/app': 5, null: 7 });
  });
});

describe('Kimi Code', () => {
  const session = '.kimi-code/sessions/wd_app_1/ses_a';
  const header = { type: 'metadata', protocol_version: '1.0', created_at: timeMs };
  const request = (model: string, modelAlias?: string): object => ({
    ...{ type: 'llm.request', kind: 'loop', provider: 'Moonshot', model, modelAlias, time: timeMs },
  });
  const counts = (output: number): object => ({
    ...{ inputOther: 100, output, inputCacheRead: 30, inputCacheCreation: 4 },
  });
  const record = (model: string, output: number, changes: object = {}): object => ({
    ...{ type: 'usage.record', model, usage: counts(output), usageScope: 'turn', time: timeMs },
    ...changes,
  });
  const wire = (agent = 'main', of = session): string => `${of}/agents/${agent}/wire.jsonl`;

  test('a usage record is counted with its cache counts, and step.end does not repeat it', async () => {
    await using home = await agentHome();
    const event = { type: 'step.end', usage: counts(5), text: '"usage.record"' };
    await writeJsonLines(join(home.path, wire()), [
      header,
      request('kimi-k2', 'k'),
      { type: 'context.append_loop_event', event, time: timeMs },
      record('k', 5),
    ]);
    expect(countsOf(await runAgent('kimi-code', home.path))).toEqual({
      ...{ responses: 1, input: 100, output: 5 },
      ...{ cacheRead: 30, cacheWrite: 4 },
    });
  });

  test('the model is that of the last request with the alias, also when the log has grown', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, wire()), [
      header,
      record('k', 3),
      request('kimi-k2', 'k'),
      request('other'),
      record('k', 5),
      record('other', 7),
    ]);
    const first = await runAgent('kimi-code', home.path);
    const added = [record('k', 11), request('kimi-k3', 'k'), record('k', 13)];
    await appendFile(
      join(home.path, wire()),
      added.map((one) => `${JSON.stringify(one)}\n`).join(''),
    );
    const second = await runAgent('kimi-code', home.path, { after: first });
    const outputs = second.usage?.daily.map(({ model, tokens }) => [model, tokens?.output]);
    expect(Object.fromEntries(outputs ?? [])).toEqual({
      ...{ k: 3, 'kimi-k2': 16, 'kimi-k3': 13, other: 7 },
    });
  });

  test('sub-agents are counted from their own logs', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, wire()), [header, record('k', 5)]);
    await writeJsonLines(join(home.path, wire('agent-1')), [header, record('k', 7)]);
    await writeJsonLines(join(home.path, session, 'wire.jsonl'), [header, record('k', 11)]);
    const run = await runAgent('kimi-code', home.path);
    expect(countsOf(run)).toMatchObject({ responses: 2, output: 12 });
  });

  test('records that a fork copied count once', async () => {
    await using home = await agentHome();
    const lines = [header, record('k', 5), record('k', 7, { time: undefined })];
    await writeJsonLines(join(home.path, wire()), lines);
    await writeJsonLines(join(home.path, wire('main', `${session}-fork`)), [
      ...lines,
      { type: 'forked' },
      record('k', 11, { time: timeMs + 1000 }),
    ]);
    const run = await runAgent('kimi-code', home.path);
    expect(countsOf(run)).toMatchObject({ responses: 3, output: 23 });
  });

  test('equal records without a time are all counted on the first day of the session', async () => {
    await using home = await agentHome();
    const untimed = record('k', 5, { time: undefined });
    await writeJsonLines(join(home.path, wire()), [header, untimed, untimed]);
    const run = await runAgent('kimi-code', home.path);
    expect(run.usage?.daily).toMatchObject([{ date: '2026-11-20', responses: 2 }]);
  });

  test('the project is the working directory in state.json', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, wire()), [header, record('k', 5)]);
    await writeLogFile(join(home.path, session, 'state.json'), '{"workDir":"/home/dev/café"}');
    const { usage } = await runAgent('kimi-code', home.path);
    expect(usage?.daily).toMatchObject([{ project: '/home/dev/café' }]);
  });

  test('a session that was imported from Kimi CLI counts for Kimi CLI alone, and what was added to it for Kimi Code', async () => {
    await using home = await agentHome();
    const token_usage = { input_other: 100, output: 5 };
    await writeJsonLines(join(home.path, '.kimi/sessions/0/a/wire.jsonl'), [
      {
        timestamp: timeMs / 1000,
        message: { type: 'StatusUpdate', payload: { message_id: 'm', token_usage } },
      },
    ]);
    const message = { role: 'assistant', content: [{ type: 'text', text: 'done' }] };
    const imported = [
      header,
      { type: 'turn.prompt', time: timeMs },
      { type: 'context.append_message', message, time: timeMs },
      { type: 'token_counting.measured', agentId: 'main', length: 1, tokens: 105, time: timeMs },
    ];
    const custom = { imported_from_kimi_cli: true };
    await writeLogFile(join(home.path, session, 'state.json'), JSON.stringify({ custom }));
    await writeJsonLines(join(home.path, wire()), imported);
    expect(countsOf(await runAgent('kimi-cli', home.path))).toMatchObject({ output: 5 });
    expect(countsOf(await runAgent('kimi-code', home.path))).toMatchObject({ responses: 0 });
    await writeJsonLines(join(home.path, wire()), [...imported, record('k', 7)]);
    expect(countsOf(await runAgent('kimi-code', home.path))).toMatchObject({ output: 7 });
  });
});
