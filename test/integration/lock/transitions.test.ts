import { describe, expect, test } from 'vitest';
import { explore } from './model-check.ts';
import { age, type Disk } from './model-disk.ts';
import { committing, machine, type Machine } from './model-world.ts';
import { modelStarts } from './model-starts.ts';

const startNames = Object.keys(modelStarts) as (keyof typeof modelStarts)[];

describe('the transition table, in every interleaving,', () => {
  // test/torture/lock.test.ts has the complete form.
  test.each([
    'no lock',
    'a dead owner',
    'a dead owner with an unfinished commit',
    'a half-released lock',
  ] as const)('lets one of three processes take the lock when they find %s', (name) => {
    const disk = modelStarts[name];
    const found = explore(machine, { disk, processes: 3, canExamine: true, timePasses: false });
    expect(found.violation).toBeNull();
    expect(found.states).toBeGreaterThan(10_000);
  });

  test('prevents writes by a process that lost the lock, when only its age is known', () => {
    const disk = age(modelStarts['a dead owner']);
    const found = explore(machine, { disk, processes: 3, canExamine: false, timePasses: true });
    expect(found.violation).toBeNull();
    expect(found.states).toBeGreaterThan(50_000);
  });

  test.each([
    ['dies', true],
    ['hangs', false],
  ])('leaves no partial commit when the owner %s during it', (_how, canExamine) => {
    for (const name of startNames) {
      const disk = age(modelStarts[name]);
      const found = explore(committing, { disk, processes: 2, canExamine, timePasses: true });
      expect(found.violation).toBeNull();
      expect(found.states).toBeGreaterThan(1000);
    }
  });
});

describe('the model checker', () => {
  const find = (tables: Machine, canExamine: boolean): string | undefined => {
    const disk: Disk = age(modelStarts['a dead owner']);
    return explore(tables, { disk, processes: 2, canExamine, timePasses: true }).violation?.message;
  };

  test('finds two owners when a takeover removes the lock', () => {
    const removing: Machine = {
      ...machine,
      takeOperation: (state, setting) =>
        state.type === 'claim'
          ? { type: 'remove-tree', path: setting.lock }
          : machine.takeOperation(state, setting),
      nextTake: (state, result, setting) =>
        state.type === 'claim'
          ? { type: 'mkdir', isBuilt: false, replacedMs: null }
          : machine.nextTake(state, result, setting),
    };
    expect(find(removing, true)).toBe('the lock of another process was removed');
  });

  test('finds a write without the lock when the write only checks first', () => {
    const checking: Machine = {
      ...machine,
      work: (_stage, own, token) => [
        { type: 'stat', path: own },
        { type: 'write', path: 'h', content: token },
      ],
    };
    expect(find(checking, false)).toBe('data were written without the lock');
  });

  test('finds the removal of another lock when the release is by path', () => {
    const releasing: Machine = {
      ...machine,
      releaseOperation: (state, setting) =>
        state.type === 'rmdir-owner'
          ? { type: 'remove-tree', path: setting.lock }
          : machine.releaseOperation(state, setting),
    };
    expect(find(releasing, false)).toBe('the lock of another process was removed');
  });

  test('finds a partial commit when commits are not replayed', () => {
    const notReplaying: Machine = {
      ...committing,
      nextTake: (state, result, setting) => {
        const next = machine.nextTake(state, result, setting);
        return next.type === 'replay' ? { ...next, type: 'clear-stage' } : next;
      },
    };
    expect(find(notReplaying, true)).toBe('a partial commit is left to the next owner');
  });

  test('finds a permanent lock when dead owners are not replaced', () => {
    const timid: Machine = {
      ...machine,
      nextTake: (state, result, setting) =>
        result.type === 'dead'
          ? { type: 'skipped', isStuck: false }
          : machine.nextTake(state, result, setting),
    };
    expect(find(timid, true)).toBe('no process can take the lock');
  });
});
