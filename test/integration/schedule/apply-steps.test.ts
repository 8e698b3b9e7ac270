import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applySteps } from '../../../src/schedule/install/apply-steps.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { scheduleFixture } from './schedule-fixture.ts';

const countBootstraps = (calls: readonly string[]): number =>
  calls.filter((call) => call.startsWith('launchctl bootstrap')).length;

test('install retries launchctl bootstrap after an I/O error', async () => {
  await using fixture = await scheduleFixture('launchd', { platform: 'darwin' });
  fixture.shims.set('eio', '3');
  await fixture.install();
  expect(countBootstraps(fixture.shims.calls())).toBe(4);
  expect(fixture.shims.read('job')).toBe('loaded\n');
});

test('applySteps throws with the output and the hint after the last attempt', async () => {
  await using fixture = await scheduleFixture('launchd', { platform: 'darwin' });
  fixture.shims.set('eio', '1000');
  const { job, host, runTool } = await fixture.context();
  const steps = schedulers.launchd
    .install(job, host)
    .map((step) =>
      step.type === 'exec' && step.retry
        ? { ...step, retry: { ...step.retry, attempts: 3, delayMs: 1 } }
        : step,
    );
  const executor = { runTool, stateDir: host.stateDir, failureHint: 'log in' };
  await expect(applySteps(steps, executor)).rejects.toMatchObject({
    code: 'scheduler-failed',
    hint: 'log in',
    message: expect.stringContaining('5: Bootstrap failed: 5: Input/output error') as string,
  });
  expect(countBootstraps(fixture.shims.calls())).toBe(3);
});

test('applySteps does not retry when the command cannot be started', async () => {
  let calls = 0;
  const runTool = () => {
    calls += 1;
    return Promise.reject(new Error('no such program'));
  };
  const retry = { exitCodes: [5], attempts: 3, delayMs: 1 };
  const executor = { runTool, stateDir: '/nowhere', failureHint: '' };
  await expect(
    applySteps([{ type: 'exec', command: ['launchctl'], retry }], executor),
  ).rejects.toThrow('no such program');
  expect(calls).toBe(1);
});

test('install loads the launchd job only after the old one is unloaded', async () => {
  await using fixture = await scheduleFixture('launchd', { platform: 'darwin' });
  await fixture.install();
  fixture.shims.calls();
  await fixture.install(20);
  expect(fixture.shims.calls().map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
    'launchctl print',
    'launchctl bootout',
    ...Array.from({ length: 4 }, () => 'launchctl print'),
    'launchctl enable',
    'launchctl bootstrap',
    'launchctl print',
  ]);
  expect(fixture.shims.read('plist')).toContain('every 20 minutes');
});

test('install throws with the output of schtasks when access is denied', async () => {
  await using fixture = await scheduleFixture('task-scheduler', { platform: 'win32' });
  fixture.shims.set('deny', '');
  await expect(fixture.install()).rejects.toMatchObject({
    code: 'scheduler-failed',
    message: expect.stringContaining('Access is denied') as string,
  });
});

test('install loads the previous agent again when launchctl rejects the new one', async () => {
  await using fixture = await scheduleFixture('launchd', { platform: 'darwin' });
  fixture.shims.set('reject', 'every 20 minutes');
  // Without a previous agent, nothing is left.
  await expect(fixture.install(20)).rejects.toMatchObject({
    code: 'scheduler-failed',
    message: expect.stringContaining('exited with 125') as string,
  });
  const agents = join(fixture.workspace.root, 'home/Library/LaunchAgents');
  expect(readdirSync(agents)).toEqual([]);

  await fixture.install(15);
  const [file = ''] = readdirSync(agents);
  const before = readFileSync(join(agents, file), 'utf8');
  await expect(fixture.install(20)).rejects.toMatchObject({
    code: 'scheduler-failed',
    message: expect.stringMatching(/exited with 125: Bootstrap failed: 125[^;]*$/) as string,
  });
  expect(readFileSync(join(agents, file), 'utf8')).toBe(before);
  expect([fixture.shims.read('job'), fixture.shims.read('plist')]).toEqual(['loaded\n', before]);

  fixture.shims.set('reject', 'plist');
  await expect(fixture.install(20)).rejects.toMatchObject({
    message: expect.stringContaining('; the previous schedule could not be restored: ') as string,
  });
});
