import { execFileSync } from 'node:child_process';
import { readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { agentHome, countsOf, runAgent, type Counts } from './run-agent.ts';

const generator = resolve(import.meta.dirname, '../../../../../bench/generate-codex-logs.mjs');

/** Writes generated logs and returns their totals. */
function generate(home: string, seed: number, ...more: readonly string[]): Counts {
  const options = ['--out', join(home, '.codex'), '--mb', '6', '--sessions', '40'];
  const args = [generator, ...options, '--seed', String(seed), ...more];
  const { responses, input, output, cacheRead, cacheWrite } = JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8' }),
  ) as Counts;
  return { responses, input, output, cacheRead, cacheWrite };
}

test.each([1, 2, 3])(
  'generated logs of Codex with seed %i equal the ground truth before and after growth, archiving and a lost cache',
  async (seed) => {
    await using home = await agentHome();
    const truth = generate(home.path, seed);
    const first = await runAgent('codex', home.path);
    expect(countsOf(first)).toEqual(truth);
    const grown = generate(home.path, seed, '--phase', '2');
    const second = await runAgent('codex', home.path, { after: first });
    expect(countsOf(second)).toEqual(grown);
    expect(second.usage).toEqual((await runAgent('codex', home.path)).usage);

    const sessions = join(home.path, '.codex/sessions');
    const entries = await readdir(sessions, { recursive: true, withFileTypes: true });
    const logs = entries.filter((entry) => entry.isFile());
    for (const { name, parentPath } of logs.slice(0, 10)) {
      await rename(join(parentPath, name), join(home.path, '.codex/archived_sessions', name));
    }
    const third = await runAgent('codex', home.path, { after: second });
    expect(third.usage).toEqual(second.usage);
    await rm(sessions, { recursive: true });
    const fourth = await runAgent('codex', home.path, { after: third });
    expect(fourth.usage).toEqual(second.usage);
  },
);
