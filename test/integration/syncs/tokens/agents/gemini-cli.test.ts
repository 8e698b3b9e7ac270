import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeJsonLines, writeLogFile } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent } from './run-agent.ts';

const name = 'gemini-cli';
const chat = '.gemini/tmp/app/chats/session-2026-11-20T10-00-0199a213';
const header = { sessionId: '0199a213', projectHash: 'f'.repeat(64), startTime: '2026-11-20' };

const tokens = (output: number, changes: object = {}): object => ({
  input: 1000,
  output,
  cached: 0,
  thoughts: 0,
  tool: 0,
  total: 1000 + output,
  ...changes,
});

const message = (id: string, ofMessage: object | null, changes: object = {}): object => ({
  id,
  timestamp: '2026-11-20T10:00:00.000Z',
  type: 'gemini',
  content: 'x',
  model: 'gemini-2.5-pro',
  tokens: ofMessage,
  ...changes,
});

describe('Gemini CLI', () => {
  test('cached tokens are taken out of the input, tool results added to it, and thoughts added to the output', async () => {
    await using home = await agentHome();
    const counts = tokens(50, { input: 1000, cached: 900, thoughts: 30, tool: 7 });
    await writeJsonLines(join(home.path, `${chat}.jsonl`), [header, message('a', counts)]);
    expect(countsOf(await runAgent(name, home.path))).toEqual({
      responses: 1,
      input: 107,
      output: 80,
      cacheRead: 900,
      cacheWrite: 0,
    });
  });

  test('the last line with tokens counts of a message that is appended again', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, `${chat}.jsonl`), [
      header,
      message('a', null),
      message('a', tokens(90)),
      message('a', tokens(50), { toolCalls: [{ id: 'call' }] }),
      message('a', null, { toolCalls: [{ id: 'call', result: [] }] }),
    ]);
    expect(countsOf(await runAgent(name, home.path))).toMatchObject({ responses: 1, output: 50 });
  });

  test('the last line with tokens counts when it was appended after the previous run', async () => {
    await using home = await agentHome();
    const path = join(home.path, `${chat}.jsonl`);
    await writeJsonLines(path, [header, message('a', tokens(90))]);
    const first = await runAgent(name, home.path);
    await writeJsonLines(path, [header, message('a', tokens(90)), message('a', tokens(50))]);
    const second = await runAgent(name, home.path, { after: first });
    expect(countsOf(second)).toMatchObject({ responses: 1, output: 50 });
    expect(second.usage).toEqual((await runAgent(name, home.path)).usage);
  });

  test('messages repeated in $set.messages count once', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, `${chat}.jsonl`), [
      header,
      message('a', tokens(50)),
      message('b', tokens(60)),
      { $set: { messages: [message('a', tokens(50)), message('c', tokens(5))] } },
    ]);
    expect(countsOf(await runAgent(name, home.path))).toMatchObject({ responses: 3, output: 115 });
  });

  test('a rewind and a rewritten history do not undo the cost of messages', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, `${chat}.jsonl`), [
      header,
      message('a', tokens(50)),
      message('b', tokens(60)),
      { $rewindTo: 'a' },
      { $set: { messages: [] } },
    ]);
    expect(countsOf(await runAgent(name, home.path))).toMatchObject({ responses: 2, output: 110 });
  });

  test('a resumed JSON chat and its copy in lines count once', async () => {
    await using home = await agentHome();
    const messages = [message('a', tokens(50)), message('b', tokens(60))];
    await writeLogFile(
      join(home.path, `${chat}.json`),
      JSON.stringify({ ...header, messages }, null, 2),
    );
    const legacy = await runAgent(name, home.path);
    expect(countsOf(legacy)).toMatchObject({ responses: 2, output: 110 });
    const lines = [header, ...messages, message('c', tokens(5))];
    await writeJsonLines(join(home.path, `${chat}.jsonl`), lines);
    const resumed = await runAgent(name, home.path, { after: legacy });
    expect(countsOf(resumed)).toMatchObject({ responses: 3, output: 115 });
  });

  test('chats of sub-agents in a subdirectory are counted', async () => {
    await using home = await agentHome();
    await writeJsonLines(join(home.path, `${chat}.jsonl`), [header, message('a', tokens(50))]);
    await writeJsonLines(join(home.path, '.gemini/tmp/app/chats/0199a213/sub.jsonl'), [
      { ...header, kind: 'subagent' },
      message('b', tokens(60)),
    ]);
    expect(countsOf(await runAgent(name, home.path))).toMatchObject({ responses: 2, output: 110 });
  });

  test('unreadable copies that were set aside and other files of Gemini CLI are not read', async () => {
    await using home = await agentHome();
    const lines = [header, message('a', tokens(50))];
    await writeJsonLines(join(home.path, `${chat}.jsonl`), lines);
    await writeJsonLines(join(home.path, `${chat}.jsonl.unreadable-1763632800000`), [
      message('b', tokens(60)),
    ]);
    await writeLogFile(join(home.path, '.gemini/tmp/app/logs.json'), '[{"type":"user"}]');
    const run = await runAgent(name, home.path);
    expect(countsOf(run)).toMatchObject({ responses: 1, output: 50 });
    expect(run.state.warnings).toEqual({});
  });

  test('a message without model and tokens is not a response, and tokens without a model are skipped', async () => {
    await using home = await agentHome();
    const { model: _, ...synthetic } = message('b', tokens(5)) as Record<string, unknown>;
    await writeJsonLines(join(home.path, `${chat}.jsonl`), [
      header,
      { ...synthetic, tokens: null },
      synthetic,
      message('a', tokens(50)),
    ]);
    const run = await runAgent(name, home.path);
    expect(countsOf(run)).toMatchObject({ responses: 1, output: 50 });
    expect(run.state.warnings).toEqual({ model: 1 });
  });

  test('the project is that of .project_root, of a short name or of a hash in projects.json, else unknown', async () => {
    await using home = await agentHome();
    const hash = createHash('sha256').update('/home/dev/hashed').digest('hex');
    const write = (id: string): Promise<void> =>
      writeJsonLines(join(home.path, '.gemini/tmp', id, 'chats/session-1.jsonl'), [
        message(id, tokens(1)),
      ]);
    for (const id of ['marked', 'registered', hash, 'f'.repeat(64)]) await write(id);
    await writeLogFile(join(home.path, '.gemini/tmp/marked/.project_root'), '/home/dev/marked');
    const projects = { '/home/dev/registered': 'registered', '/home/dev/hashed': 'hashed' };
    await writeLogFile(join(home.path, '.gemini/projects.json'), JSON.stringify({ projects }));
    const { usage } = await runAgent(name, home.path);
    expect(usage?.daily.map(({ project }) => project).sort()).toEqual(
      ['/home/dev/hashed', '/home/dev/marked', '/home/dev/registered', null].sort(),
    );
  });

  test('GEMINI_CLI_HOME is the home directory', async () => {
    await using home = await agentHome();
    await using other = await agentHome();
    await writeJsonLines(join(other.path, `${chat}.jsonl`), [header, message('a', tokens(50))]);
    const run = await runAgent(name, home.path, { env: { GEMINI_CLI_HOME: other.path } });
    expect(countsOf(run)).toMatchObject({ responses: 1, output: 50 });
  });
});
