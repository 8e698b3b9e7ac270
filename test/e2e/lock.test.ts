import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, startCli } from '../helpers/cli.ts';
import { plainLock, startContenders, type Contenders } from '../helpers/lock-contender.ts';
import { race, raceStarts } from '../helpers/lock-race.ts';
import {
  exitDuringWork,
  hungOwnerStopped,
  killOwners,
  replaceHungOwner,
  replaceSuspendedOwner,
  suspendedOwnerContinued,
  suspendedOwnerReplaced,
  wakeSuspendedOwner,
} from '../helpers/lock-scenarios.ts';
import { canMount } from '../helpers/namespace.ts';
import { slowdown } from '../helpers/slowdown.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

// `npm run torture` has the long form with 100 processes and 200 rounds.
const contenders = 24;
const rounds = 6;

describe('of 24 processes that take the lock at the same time,', () => {
  let started: Contenders;
  beforeAll(async () => {
    started = await startContenders(contenders);
  });
  afterAll(async () => {
    await started[Symbol.asyncDispose]();
  });

  test.each(raceStarts)('exactly one gets it when they find %s', async (start) => {
    const figures = await race(started.all, start, rounds);
    expect(figures).toMatchObject({ doubles: 0, without: 0, faults: [] });
  });
});

test('the race finds several owners when it uses proper-lockfile alone', async () => {
  await using started = await startContenders(contenders, { lockModule: plainLock });
  const { doubles } = await race(started.all, 'a stale empty directory', 40);
  expect(doubles).toBeGreaterThan(0);
});

describe.concurrent('the owner of a lock', () => {
  test('is replaced at once when it is killed', async () => {
    const { times, released, isLocked } = await killOwners(5);
    process.stdout.write(`replaced within ${times.map((ms) => ms.toFixed(1)).join(', ')} ms\n`);
    expect(Math.max(...times)).toBeLessThan(1000 * slowdown());
    expect({ released, isLocked }).toEqual({ released: { type: 'released' }, isLocked: false });
  });

  test('commits nothing more when it was suspended and replaced', async () => {
    expect(await replaceSuspendedOwner()).toEqual(suspendedOwnerReplaced);
  });

  test('releases the lock when it exits during its work', async () => {
    expect(await exitDuringWork()).toEqual({ exitCode: 7, signal: null, dataNames: ['config'] });
  });

  test('is stopped before it is replaced when it hangs', async () => {
    expect(await replaceHungOwner()).toEqual(hungOwnerStopped);
  });

  test('continues when it wakes up in time', async () => {
    expect(await wakeSuspendedOwner()).toEqual(suspendedOwnerContinued);
  });
});

test.skipIf(!canMount)(
  'a run that was killed in another pid namespace is replaced after five silent minutes (skipped without namespaces)',
  async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
    // git blocks on this pipe, so that the run has not ended when it is killed.
    await workspace.write('code/alpha/new/deep/a.txt', '');
    const fifo = join(path, 'new/deep/.gitignore');
    execFileSync('mkfifo', [fifo]);
    const run = ['run', '--workspace', workspace.root];
    const prefix = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const { child } = startCli(run, { prefix });
    while (!existsSync(workspace.paths.lock)) await setImmediate();
    child.kill('SIGKILL');
    await once(child, 'close');
    rmSync(fifo);
    const [owner = ''] = readdirSync(workspace.paths.lock);
    const setHeartbeat = (minutes: number): void => {
      const then = Date.now() / 1000 - minutes * 60;
      utimesSync(join(workspace.paths.lock, owner), then, then);
    };

    setHeartbeat(4);
    const early = await runCli([...run, '--fail-if-locked']);
    expect(early).toMatchObject({ exitCode: 75 });
    expect(readdirSync(workspace.paths.lock)).toEqual([owner]);

    setHeartbeat(6);
    const { exitCode, stdout } = await runCli(run);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Stale lock file detected \(6min old\) - removing$/m);
    expect(existsSync(workspace.paths.lock)).toBe(false);
  },
);
