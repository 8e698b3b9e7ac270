import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  RolloutBuilder,
  rolloutPath,
  threadId,
  type RolloutHeader,
} from '../../../../helpers/agents/codex-rollout.ts';
import { agentHome, runAgent } from './run-agent.ts';
import { readStepByStep, tokensIn, tokensOf } from './run-codex.ts';

const parentId = threadId(1);
const childId = threadId(2);
const child = (header: RolloutHeader, at = '2026-11-20T12:00:00Z'): RolloutBuilder =>
  new RolloutBuilder({ id: childId, ...header }, at);

/** Eight responses with 312,814 tokens. */
const work = [14_704, 31_210, 35_002, 38_117, 42_900, 46_181, 50_500, 54_200];
const parent = (): RolloutBuilder => {
  const rollout = new RolloutBuilder({ id: parentId });
  for (const [index, input] of work.entries()) {
    rollout.count({ input: input - 100 - index, cached: 9000, output: 100 + index });
  }
  return rollout;
};
const copyOf = (to: RolloutBuilder): RolloutBuilder => {
  for (const [index, input] of work.entries()) {
    to.at(7200 + 0.005 * index);
    to.count({ input: input - 100 - index, cached: 9000, output: 100 + index });
  }
  return to.at(7215);
};

describe('copied history', () => {
  test('a fork that replays its parent counts only its own 28,138 tokens', async () => {
    const fork = copyOf(child({ forkedFrom: parentId }))
      .repeat()
      .count({ input: 28_000, output: 138 });
    expect(await tokensIn(parent())).toBe(312_814);
    expect(await tokensIn(parent(), fork)).toBe(340_952);
  });

  test('a fork of which the parent is gone counts without the burst at its start', async () => {
    const fork = copyOf(child({ forkedFrom: parentId }))
      .repeat()
      .count({ input: 28_000, output: 138 });
    expect(await tokensIn(fork)).toBe(28_138);
  });

  test('a fork keeps counting without the copies when its parent is deleted later', async () => {
    await using home = await agentHome();
    const fork = copyOf(child({ forkedFrom: parentId })).count({ input: 28_000, output: 138 });
    const [first] = await readStepByStep(home.path, [parent(), fork]);
    await rm(rolloutPath(home.path, parentId));
    const second = await runAgent('codex', home.path, { after: first });
    expect(tokensOf(second)).toBe(340_952);
    await fork.count({ input: 1000 }).write(home.path);
    const third = await runAgent('codex', home.path, { after: second });
    expect(tokensOf(third)).toBe(341_952);
  });

  test.each([
    ['of 0', 0, 748_286],
    ['of 9,035', 9035, 757_321],
  ])('an inherited total with a last usage %s is only the baseline', async (_, last, expected) => {
    const inherited = 3_158_656_533 - 748_286;
    const thread = child({ forkedFrom: parentId })
      .tokenCount({ total: { input: inherited }, last: { input: last } })
      .tokenCount({ total: { input: inherited + 500_000 }, last: { input: 500_000 } })
      .tokenCount({ total: { input: 3_158_656_533 }, last: { input: 248_286 } });
    expect(await tokensIn(thread)).toBe(expected);
    expect(await tokensIn(parent(), thread)).toBe(312_814 + expected);
  });

  test('a fork with nothing copied counts with all its tokens', async () => {
    const fork = child({ forkedFrom: parentId })
      .count({ input: 14_600, output: 112 })
      .count({ input: 20_000, output: 50 });
    expect(await tokensIn(fork)).toBe(34_762);
    expect(await tokensIn(parent(), fork)).toBe(312_814 + 34_762);
  });

  test('an equal total of different work counts twice', async () => {
    const fork = child({ forkedFrom: parentId })
      .count({ input: 10_000, output: 704 })
      .count({ input: 4000 })
      .count({ input: 31_110, cached: 100, output: 100 });
    expect(await tokensIn(parent(), fork)).toBe(312_814 + 45_914);
  });

  test('copies with the timestamps of a parent that spawned the thread are dropped', async () => {
    const spawned = child({ spawnedBy: parentId });
    for (const line of parent().lines.slice(2)) spawned.lines.push(line);
    spawned.tokenCount({ total: { input: 320_814 }, last: { input: 8000 } });
    expect(await tokensIn(spawned)).toBe(8000);
    expect(await tokensIn(parent(), spawned)).toBe(320_814);
  });

  test('work of the parent after the fork does not hide equal work of the fork', async () => {
    const early = new RolloutBuilder({ id: parentId })
      .count({ input: 5000 })
      .at(9000)
      .count({ input: 7000 });
    const fork = child({ forkedFrom: parentId })
      .at(7200)
      .count({ input: 5000 })
      .at(9100)
      .count({ input: 7000 });
    expect(await tokensIn(early, fork)).toBe(19_000);
  });

  test('lines before the ordinal at which the history of a sub-agent starts are dropped', async () => {
    const agent = child({ spawnedBy: threadId(9), historyStart: 4 })
      .count({ input: 50_000 }, { ordinal: 2 })
      .count({ input: 60_000 }, { ordinal: 3 })
      .count({ input: 700 }, { ordinal: 4 })
      .count({ input: 800 }, { ordinal: 5 });
    expect(await tokensIn(agent)).toBe(1500);
  });

  test('the history of a sub-agent ends at the start of the turn that a message triggers', async () => {
    const agent = child({ spawnedBy: threadId(9) })
      .event('task_started')
      .count({ input: 50_000 })
      .add('inter_agent_communication', { trigger_turn: false })
      .count({ input: 60_000 })
      .event('task_started')
      .count({ input: 700 })
      .add('inter_agent_communication_metadata', { trigger_turn: true })
      .count({ input: 800 })
      .event('task_started')
      .add('inter_agent_communication_metadata', { trigger_turn: true })
      .count({ input: 900 });
    expect(await tokensIn(agent)).toBe(2400);
  });

  test('a thread that names itself as its parent counts with all its tokens', async () => {
    const thread = child({ forkedFrom: childId }).count({ input: 5000 }).count({ input: 7000 });
    expect(await tokensIn(thread)).toBe(12_000);
  });
});
