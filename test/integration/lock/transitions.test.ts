import { describe, expect, test } from 'vitest';
import { explore } from './model-check.ts';
import { age, type Disk } from './model-disk.ts';
import { committing, machine, type Machine } from './model-world.ts';
import { modelStarts } from './model-starts.ts';

const startNames = Object.keys(modelStarts) as (keyof typeof modelStarts)[];

describe('the transition table, in every order of the steps of all processes', () => {
  // The wide form, all starts and replacements for the crashed, is in test/torture/lock.test.ts.
  test.each([
    'no lock',
    'a dead owner',
    'a dead owner in the middle of a commit',
    'a half-released lock',
  ] as const)('lets one of three processes in that meet %s', (name) => {
    const disk = modelStarts[name];
    const found = explore(machine, { disk, processes: 3, canExamine: true, timePasses: false });
    expect(found.violation).toBeNull();
    expect(found.states).toBeGreaterThan(10_000);
  });

  test('lets no process write that lost the lock to one of three that know only its age', () => {
    const disk = age(modelStarts['a dead owner']);
    const found = explore(machine, { disk, processes: 3, canExamine: false, timePasses: true });
    expect(found.violation).toBeNull();
    expect(found.states).toBeGreaterThan(50_000);
  });

  test.each([
    ['dies', true],
    ['hangs', false],
  ])('leaves no half of a commit when its owner %s in the middle', (_how, canExamine) => {
    for (const name of startNames) {
      const disk = age(modelStarts[name]);
      const found = explore(committing, { disk, processes: 2, canExamine, timePasses: true });
      expect(found.violation).toBeNull();
      expect(found.states).toBeGreaterThan(1000);
    }
  });
});

describe('the checker', () => {
  const find = (tables: Machine, canExamine: boolean): string | undefined => {
    const disk: Disk = age(modelStarts['a dead owner']);
    return explore(tables, { disk, processes: 2, canExamine, timePasses: true }).violation?.what;
  };

  test('finds that a takeover by removal lets a second one in', () => {
    const removing: Machine = {
      ...machine,
      takeOperation: (state, setting) =>
        state.at === 'seize'
          ? { do: 'clear', path: setting.lock }
          : machine.takeOperation(state, setting),
      nextTake: (state, result, setting) =>
        state.at === 'seize'
          ? { at: 'make-folder', isBuilt: false, replacedMs: null }
          : machine.nextTake(state, result, setting),
    };
    expect(find(removing, true)).toBe('the lock of another process was removed');
  });

  test('finds that a check before a write does not keep a late one from writing', () => {
    const checking: Machine = {
      ...machine,
      work: (_stage, own, token) => [
        { do: 'stat', path: own },
        { do: 'write', path: 'h', content: token },
      ],
    };
    expect(find(checking, false)).toBe('data were written without the lock');
  });

  test('finds that a release by path removes the lock of the next owner', () => {
    const releasing: Machine = {
      ...machine,
      releaseOperation: (state, setting) =>
        state.at === 'give-up'
          ? { do: 'clear', path: setting.lock }
          : machine.releaseOperation(state, setting),
    };
    expect(find(releasing, false)).toBe('the lock of another process was removed');
  });

  test('finds that a commit which is not replayed leaves its half to the next owner', () => {
    const forgetting: Machine = {
      ...committing,
      nextTake: (state, result, setting) => {
        const next = machine.nextTake(state, result, setting);
        return next.at === 'replay' ? { ...next, at: 'empty' } : next;
      },
    };
    expect(find(forgetting, true)).toBe('half of a commit is left to the next owner');
  });

  test('finds that a lock which nobody dares to take stays for ever', () => {
    const timid: Machine = {
      ...machine,
      nextTake: (state, result, setting) =>
        result.is === 'dead'
          ? { at: 'skipped', isStuck: false }
          : machine.nextTake(state, result, setting),
    };
    expect(find(timid, true)).toBe('nobody can take the lock any more');
  });
});
