import { expect, test } from 'vitest';
import { launchd } from '../../../src/schedule/schedulers/launchd.ts';
import { exampleHost, exampleJob } from './examples.ts';

test('launchd unloads the old job before it loads the new one, and then queries it', () => {
  const commands = launchd
    .install(exampleJob, exampleHost)
    .map((step) => ('command' in step ? step.command.slice(0, 2).join(' ') : step.type));
  expect(commands).toEqual([
    'write',
    'launchctl bootout',
    'launchctl print',
    'launchctl enable',
    'launchctl bootstrap',
    'launchctl print',
  ]);
});

test('launchd retries bootstrap for 10 to 30 s', () => {
  const retries = launchd
    .install(exampleJob, exampleHost)
    .flatMap((step) => (step.type === 'exec' && step.retry ? [step.retry] : []));
  expect(retries).toHaveLength(1);
  const [totalMs = 0] = retries.map(({ attempts, delayMs }) => attempts * delayMs);
  expect(totalMs).toBeGreaterThan(10_000);
  expect(totalMs).toBeLessThan(30_000);
});
