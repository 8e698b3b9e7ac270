import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainLock, startContenders, type Contenders } from '../helpers/lock-contender.ts';
import { race, raceStarts, type RaceFigures } from '../helpers/lock-race.ts';
import {
  hungOwnerStopped,
  killOwners,
  replaceHungOwner,
  replaceSuspendedOwner,
  suspendedOwnerContinued,
  suspendedOwnerReplaced,
  wakeSuspendedOwner,
} from '../helpers/lock-scenarios.ts';
import { explore } from '../integration/lock/model-check.ts';
import { age } from '../integration/lock/model-disk.ts';
import { modelStarts } from '../integration/lock/model-starts.ts';
import { committing, machine } from '../integration/lock/model-world.ts';

const contenders = 100;
const rounds = 200;

function print(name: string, figures: RaceFigures): void {
  const { doubles, without, medianDelayMs, slowestMs } = figures;
  const columns = [
    `${name.padEnd(40)} ${String(contenders)} x ${String(figures.rounds)}`,
    `several owners ${String(doubles)}`,
    `without an owner ${String(without)}`,
    `start delay ${String(medianDelayMs)} ms (median)`,
    `slowest ${slowestMs.toFixed(0)} ms`,
  ];
  process.stdout.write(`${columns.join(' | ')}\n`);
}

describe('of 100 processes that take the lock at the same time, in 200 rounds,', () => {
  let started: Contenders;
  beforeAll(async () => {
    started = await startContenders(contenders);
  });
  afterAll(async () => {
    await started[Symbol.asyncDispose]();
  });

  test.each(raceStarts)('exactly one gets it when they find %s', async (start) => {
    const figures = await race(started.all, start, rounds);
    print(start, figures);
    expect(figures).toMatchObject({ doubles: 0, without: 0, faults: [] });
  });
});

test('the race finds several owners when it uses proper-lockfile alone', async () => {
  await using started = await startContenders(contenders, { lockModule: plainLock });
  const figures = await race(started.all, 'a stale empty directory', 50);
  print('proper-lockfile alone, for comparison', figures);
  expect(figures.doubles).toBeGreaterThan(0);
});

test('the owner of a lock is replaced at once when it is killed, 50 times', async () => {
  const { released, isLocked, ...killed } = await killOwners(50);
  const times = killed.times.toSorted((one, other) => one - other);
  const [median = 0, most = 0] = [times[25], times.at(-1)];
  process.stdout.write(`median ${median.toFixed(1)} ms, maximum ${most.toFixed(1)} ms\n`);
  expect(most).toBeLessThan(1000);
  expect({ released, isLocked }).toEqual({ released: { type: 'released' }, isLocked: false });
});

test('the owner of a lock is replaced or continues when it is suspended, hangs or wakes up, 10 times', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [replaced, stopped, continued] = await Promise.all([
      replaceSuspendedOwner(),
      replaceHungOwner(),
      wakeSuspendedOwner(),
    ]);
    expect(replaced).toEqual(suspendedOwnerReplaced);
    expect(stopped).toEqual(hungOwnerStopped);
    expect(continued).toEqual(suspendedOwnerContinued);
  }
});

describe('the transition table, in every interleaving,', () => {
  const starts = Object.entries(modelStarts);
  const examined = { processes: 3, spares: 1, canExamine: true, timePasses: false };
  test.each([
    {
      scenarioName: 'three processes, and one more after the first crash',
      tables: machine,
      ...examined,
    },
    {
      scenarioName: 'three processes that stop hanging owners',
      tables: machine,
      ...examined,
      spares: 0,
      timePasses: true,
    },
    {
      scenarioName: 'two processes that commit, and one more',
      tables: committing,
      ...examined,
      processes: 2,
      timePasses: true,
    },
    {
      scenarioName: 'three processes that know only the age',
      tables: machine,
      ...examined,
      spares: 0,
      canExamine: false,
      timePasses: true,
    },
    {
      scenarioName: 'three processes that commit and know only the age',
      tables: committing,
      ...examined,
      spares: 0,
      canExamine: false,
      timePasses: true,
    },
  ])('violates no invariant with $scenarioName', ({ scenarioName, tables, ...scenario }) => {
    let states = 0;
    for (const [name, disk] of starts) {
      const found = explore(tables, { ...scenario, disk: scenario.timePasses ? age(disk) : disk });
      expect({ name, violation: found.violation }).toEqual({ name, violation: null });
      states += found.states;
    }
    process.stdout.write(`${scenarioName}: ${String(states)} states\n`);
  });
});
