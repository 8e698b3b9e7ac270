import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainLock, startContenders, type Contenders } from '../helpers/lock-contender.ts';
import { race, raceStarts } from '../helpers/lock-race.ts';
import {
  hungOwnerIsEnded,
  killedOwnersAreReplaced,
  leavingOwnerReleases,
  suspendedOwnerCommitsNothing,
  wakingOwnerIsSpared,
} from '../helpers/lock-stories.ts';

// The short form; `npm run torture` has a hundred processes and 200 rounds.
const contenders = 24;
const rounds = 6;

describe('of many processes that want the lock at once', () => {
  let started: Contenders;
  beforeAll(async () => {
    started = await startContenders(contenders);
  });
  afterAll(async () => {
    await started[Symbol.asyncDispose]();
  });

  test.each(raceStarts)('exactly one gets it that meet %s', async (start) => {
    const figures = await race(started.all, start, rounds);
    expect(figures).toMatchObject({ doubles: 0, without: 0, faults: [] });
  });
});

test('several get a stale lock from the package alone, so that the race proves something', async () => {
  await using started = await startContenders(contenders, { lockModule: plainLock });
  const { doubles } = await race(started.all, 'a stale empty folder', 40);
  expect(doubles).toBeGreaterThan(0);
});

describe.concurrent('an owner', () => {
  test('that is killed is replaced at once', async () => {
    const times = await killedOwnersAreReplaced(5);
    process.stdout.write(`replaced within ${times.map((ms) => ms.toFixed(1)).join(', ')} ms\n`);
    expect(Math.max(...times)).toBeLessThan(1000);
  });

  test('that is suspended for too long commits nothing more and leaves its successor alone', async () => {
    await suspendedOwnerCommitsNothing();
  });

  test('that leaves at once takes its lock along', async () => {
    await leavingOwnerReleases();
  });

  test('that hangs is ended before it is replaced', async () => {
    await hungOwnerIsEnded();
  });

  test('that wakes up in time goes on', async () => {
    await wakingOwnerIsSpared();
  });
});
