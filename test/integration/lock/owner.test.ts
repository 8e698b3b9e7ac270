import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { identify, checkLiveness } from '../../../src/lock/liveness.ts';
import { formatOwner, forwardClockStepMs, parseOwner } from '../../../src/lock/owner.ts';
import { stopOwner } from '../../../src/lock/stop-owner.ts';
import { testSystem } from '../../helpers/context.ts';

const system = testSystem();
const onLinux = system.platform === 'linux';

describe('formatOwner', () => {
  test('encodes the complete record in a file name', async () => {
    const self = await identify(
      testSystem({ processInfo: { ...system.processInfo, host: 'büro.example.com' } }),
    );
    const name = formatOwner(self);
    expect(parseOwner(name)).toEqual(self);
    expect(name).toMatch(/^own\.1\.\d+\.[\w.-]+$/);
    expect(name).toContain('.b-ro-example-com-');
    expect(name.length).toBeLessThan(160);
  });

  test('encodes unknown facts as -', () => {
    const owner = { generation: 7, pid: 3, start: null, boot: null, pidNamespace: null } as const;
    const name = formatOwner({ ...owner, host: 'h-1', clockOffset: null, token: 't' });
    expect(name).toBe('own.7.3.-.-.-.h-1.-.t');
    expect(parseOwner(name)).toMatchObject(owner);
  });
});

test.each([
  'own',
  'stage',
  '.DS_Store',
  'own.1.0.1.b.n.h.0.t',
  'own.1.-1.1.b.n.h.0.t',
  'own.1.2.1.b.n.h.0',
  'own.1.2.1.b.n.h.0.t.u',
  'own.1.2.1.b.n./.0.t',
  'own.1.99999999999.1.b.n.h.0.t',
])('parseOwner returns null for %s', (name) => {
  expect(parseOwner(name)).toBeNull();
});

test('identify returns a different token each time', async () => {
  expect((await identify(system)).token).not.toBe((await identify(system)).token);
});

describe.runIf(onLinux)('checkLiveness (skipped outside Linux)', () => {
  test('returns alive while the process that took the lock runs', async () => {
    const self = await identify(system);
    expect(await checkLiveness({ ...self, token: 'other' }, self, system)).toBe('alive');
  });

  test('returns dead after the process has ended', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    const self = await identify(system);
    expect(await checkLiveness({ ...self, pid: child.pid ?? 0 }, self, system)).toBe('dead');
  });

  test('returns dead when the pid was reused', async () => {
    const self = await identify(system);
    expect(await checkLiveness({ ...self, start: '1' }, self, system)).toBe('dead');
  });

  test('returns dead for a zombie, which still accepts signals', async () => {
    // The shell starts a `cat`, prints its pid and becomes a `sleep`, which never waits for it.
    const script = 'exec 3<&0; cat <&3 & echo $!; exec sleep 30';
    const parent = spawn('sh', ['-c', script], { stdio: 'pipe' });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      const fields = (): readonly string[] =>
        readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(' ');
      const name = `/proc/${String(parent.pid)}/comm`;
      while (readFileSync(name, 'utf8') !== 'sleep\n') await new Promise(setImmediate);
      parent.stdin.end();
      while (fields()[2] !== 'Z') await new Promise(setImmediate);
      const self = await identify(system);
      const zombie = { ...self, pid, start: fields()[21] ?? '' };
      expect(system.signalProcess(pid, 0)).toBe('sent');
      expect(await checkLiveness(zombie, self, system)).toBe('dead');
    } finally {
      parent.kill('SIGKILL');
    }
  });

  test('returns dead when the machine was restarted', async () => {
    const self = await identify(system);
    expect(await checkLiveness({ ...self, boot: 'another' }, self, system)).toBe('dead');
  });

  test.each([
    { host: 'elsewhere-1' },
    { host: 'elsewhere-1', boot: 'another' },
    { pidNamespace: '1' },
    { pidNamespace: null },
    { start: null },
  ])('returns unknown for an owner with %o', async (difference) => {
    const self = await identify(system);
    expect(await checkLiveness({ ...self, ...difference }, self, system)).toBe('unknown');
  });
});

test('forwardClockStepMs compares the wall clock with the uptime', async () => {
  const self = await identify(system);
  const later = { ...self, clockOffset: String(Number(self.clockOffset) + 7200) };
  expect(forwardClockStepMs(self, later)).toBe(7_200_000);
  expect(forwardClockStepMs(later, self)).toBe(0);
  expect(forwardClockStepMs({ ...self, boot: 'another' }, later)).toBe(0);
  expect(forwardClockStepMs({ ...self, clockOffset: null }, later)).toBe(0);
});

describe.runIf(onLinux)('stopOwner (skipped outside Linux)', () => {
  const startOf = (pid: number): string =>
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(' ')[21] ?? '';

  test('ends a suspended process', async () => {
    const child = spawn('sleep', ['60']);
    const pid = child.pid ?? 0;
    const self = await identify(system);
    const start = startOf(pid);
    child.kill('SIGSTOP');
    const ended = once(child, 'exit');
    expect(await stopOwner({ ...self, pid, start }, self, system)).toBe('dead');
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  test('sends no signal when the pid was reused', async () => {
    const child = spawn('sleep', ['60']);
    const pid = child.pid ?? 0;
    const self = await identify(system);
    expect(await stopOwner({ ...self, pid, start: '1' }, self, system)).toBe('dead');
    expect(child.exitCode ?? child.signalCode).toBeNull();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});
