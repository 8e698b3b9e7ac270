import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainLock, startContenders, type Contenders } from '../helpers/lock-contender.ts';
import { race, raceStarts, type RaceFigures } from '../helpers/lock-race.ts';
import {
  hungOwnerIsEnded,
  killedOwnersAreReplaced,
  suspendedOwnerCommitsNothing,
  wakingOwnerIsSpared,
} from '../helpers/lock-stories.ts';
import { explore } from '../integration/lock/model-check.ts';
import { age } from '../integration/lock/model-disk.ts';
import { modelStarts } from '../integration/lock/model-starts.ts';
import { committing, machine } from '../integration/lock/model-world.ts';

const contenders = 100;
const rounds = 200;

function print(name: string, figures: RaceFigures): void {
  const { doubles, without, medianLateMs, slowestWinMs } = figures;
  const columns = [
    `${name.padEnd(40)} ${String(contenders)} x ${String(figures.rounds)}`,
    `doubles ${String(doubles)}`,
    `without a winner ${String(without)}`,
    `through the barrier within ${String(medianLateMs)} ms (median)`,
    `slowest win ${slowestWinMs.toFixed(0)} ms`,
  ];
  process.stdout.write(`${columns.join(' | ')}\n`);
}

describe('of 100 processes that want the lock at once, in 200 rounds', () => {
  let started: Contenders;
  beforeAll(async () => {
    started = await startContenders(contenders);
  });
  afterAll(async () => {
    await started[Symbol.asyncDispose]();
  });

  test.each(raceStarts)('exactly one gets it that meet %s', async (start) => {
    const figures = await race(started.all, start, rounds);
    print(start, figures);
    expect(figures).toMatchObject({ doubles: 0, without: 0, faults: [] });
  });
});

test('several get a stale lock from the package alone, so that the race proves something', async () => {
  await using started = await startContenders(contenders, { lockModule: plainLock });
  const figures = await race(started.all, 'a stale empty folder', 50);
  print('for comparison: proper-lockfile alone', figures);
  expect(figures.doubles).toBeGreaterThan(0);
});

test('an owner that is killed is replaced at once, 50 times', async () => {
  const times = (await killedOwnersAreReplaced(50)).toSorted((one, other) => one - other);
  const [median = 0, most = 0] = [times[25], times.at(-1)];
  process.stdout.write(`median ${median.toFixed(1)} ms, most ${most.toFixed(1)} ms\n`);
  expect(most).toBeLessThan(1000);
});

test('an owner that is suspended, hangs or wakes up is dealt with, 10 times', async () => {
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([suspendedOwnerCommitsNothing(), hungOwnerIsEnded(), wakingOwnerIsSpared()]);
  }
});

describe('the transition table, in every order of the steps of all processes', () => {
  const starts = Object.entries(modelStarts);
  const examined = { processes: 3, spares: 1, canExamine: true, timePasses: false };
  test.each([
    { what: 'three, and one more for the first that crashes', tables: machine, ...examined },
    {
      what: 'three that end what hangs',
      tables: machine,
      ...examined,
      spares: 0,
      timePasses: true,
    },
    {
      what: 'two that commit, and one more',
      tables: committing,
      ...examined,
      processes: 2,
      timePasses: true,
    },
    {
      what: 'three that know only the age',
      tables: machine,
      ...examined,
      spares: 0,
      canExamine: false,
      timePasses: true,
    },
    {
      what: 'three that commit and know only the age',
      tables: committing,
      ...examined,
      spares: 0,
      canExamine: false,
      timePasses: true,
    },
  ])('breaks no promise: $what', ({ what, tables, ...scenario }) => {
    let states = 0;
    for (const [name, disk] of starts) {
      const found = explore(tables, { ...scenario, disk: scenario.timePasses ? age(disk) : disk });
      expect({ name, violation: found.violation }).toEqual({ name, violation: null });
      states += found.states;
    }
    process.stdout.write(`${what}: ${String(states)} states\n`);
  });
});
