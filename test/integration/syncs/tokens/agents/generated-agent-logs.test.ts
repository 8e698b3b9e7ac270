import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { agentNames } from '../../../../../src/schema/agent-names.ts';
import { loadSqlite } from '../../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import type { SampleResponse } from '../../../../helpers/agents/agent-sample.ts';
import {
  generateLogs,
  generateResponses,
  rotateLogs,
  samples,
  totalsOf,
} from '../../../../helpers/agents/generate-logs.ts';
import type { Truth } from '../../../../helpers/agents/generate-responses.ts';
import { findFiles } from '../../../../helpers/agents/traps/agent-traps.ts';
import { agentHome, runAgent, toCounts, type AgentRun } from './run-agent.ts';

const hasSqlite = loadSqlite() !== null;
const all = agentNames
  .map((name) => samples[name])
  .filter(({ content }) => content !== 'database' || hasSqlite);

const totalsOfRun = ({ usage }: AgentRun): Truth => toCounts(usage?.totals.tokens ?? null);
/** What a run shows of a source, in the same order. */
const shown = ({ usage }: AgentRun): string => JSON.stringify(usage, null, 1);

test.each(all)(
  'generated logs of $name with its traps equal the truth at first, after growth, rotation and deletion, and without a cache',
  async (sample) => {
    const { name } = sample;
    const responses = generateResponses(sample, { sessions: 7, responsesPerSession: 6, seed: 3 });
    await using home = await agentHome();
    const expectTruth = async (run: AgentRun, some: readonly SampleResponse[]): Promise<void> => {
      expect(totalsOfRun(run)).toEqual(totalsOf(some));
      if (name === 'crush') {
        expect(run.usage?.totals.costUsd).toBe((some.length / 100).toFixed(6));
      }
      expect(run.state.warnings).toEqual({});
      // Days of running totals have the growth between runs.
      if (sample.runningTotals === true) return;
      expect(shown(run)).toBe(shown(await runAgent(name, home.path)));
    };

    const half = responses.slice(0, responses.length / 2);
    await generateLogs(name, home.path, half);
    const first = await runAgent(name, home.path);
    await expectTruth(first, half);
    await generateLogs(name, home.path, responses);
    const grown = await runAgent(name, home.path, { after: first });
    await expectTruth(grown, responses);
    await rotateLogs(name, home.path, responses);
    const rotated = await runAgent(name, home.path, { after: grown });
    await expectTruth(rotated, responses);

    const ofFirst = (path: string): boolean => path.includes(responses[0]?.session ?? '');
    const logs = await findFiles(home.path, () => true);
    const deleted = sample.content === 'database' ? logs : logs.filter(ofFirst);
    for (const path of deleted) await rm(path, { force: true });
    const shrunk = await runAgent(name, home.path, { after: rotated });
    expect(shrunk.usage).toEqual(rotated.usage);
    const lost = await runAgent(name, home.path, { after: { ...rotated, cache: null } });
    expect(totalsOfRun(lost)).toEqual(totalsOf(responses));
  },
);
