import { expect, test } from 'vitest';
import { announceOwner, checkLiveness, identify } from '../../../src/lock/liveness.ts';
import { parseOwner, formatOwner } from '../../../src/lock/owner.ts';
import { testSystem } from '../../helpers/context.ts';

test('on Windows, an owner whose pid another process uses now is dead, and alive while it is announced', async () => {
  const running = new Set<string>();
  const system = testSystem({
    platform: 'win32',
    announce: (name) => Promise.resolve(running.add(name).has(name)),
    isAnnounced: (name) => Promise.resolve(running.has(name)),
    // Some process has every pid.
    signalProcess: () => 'sent',
  });
  const owner = await announceOwner(await identify(system), system);
  const self = await identify(system);
  expect(parseOwner(formatOwner(owner))).toEqual(owner);
  expect(await checkLiveness(owner, self, system)).toBe('alive');
  running.clear();
  expect(await checkLiveness(owner, self, system)).toBe('dead');
});

test('on Windows, an owner that could not be announced is unknown while its pid is in use', async () => {
  const system = testSystem({
    platform: 'win32',
    announce: () => Promise.resolve(false),
    signalProcess: () => 'sent',
  });
  const owner = await announceOwner(await identify(system), system);
  expect(await checkLiveness(owner, await identify(system), system)).toBe('unknown');
});
