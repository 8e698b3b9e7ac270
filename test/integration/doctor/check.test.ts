import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellQuote } from '../../../src/util/shell.ts';
import { makeChecks, ok, type DoctorContext } from '../../../src/doctor/check.ts';
import { judgeNode } from '../../../src/doctor/tools.ts';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { testSystem } from '../../helpers/context.ts';

const patient: DoctorContext = {
  workspace: workspaceAt('/nonexistent'),
  system: testSystem(),
  config: null,
  askSchedule: () => Promise.reject(new Error('this test asks nobody')),
};

test('a check that throws or never ends is a failure, and the others go on', async () => {
  const checks = [
    { id: 'throws', run: () => Promise.reject(new Error('oh')) },
    { id: 'throws-at-once', run: () => JSON.parse('{') as Promise<never> },
    { id: 'hangs', run: () => new Promise<never>(() => undefined) },
    { id: 'well', run: () => Promise.resolve([ok('all is well')]) },
  ];
  const findings = await makeChecks(checks, patient, { limitMs: 20 });
  expect(findings.map(({ id, level }) => `${id} ${level}`)).toEqual([
    'throws fail',
    'throws-at-once fail',
    'hangs fail',
    'well ok',
  ]);
  expect(findings[0]?.message).toBe('this check is broken: oh');
  expect(findings[2]?.message).toBe('gave no answer in 0.02 s');
});

test.each([
  ['18.20.0', '2026-11-23', 'fail'],
  ['20.18.9', '2026-01-01', 'fail'],
  ['20.19.0', '2026-04-30', 'ok'],
  ['20.20.2', '2026-05-01', 'warn'],
  ['22.23.3', '2026-11-23', 'ok'],
  ['22.23.3', '2027-05-01', 'warn'],
  ['25.1.0', '2026-11-23', 'warn'],
  ['28.0.0', '2028-11-23', 'ok'],
])('node %s on %s is %s', (version, day, level) => {
  expect(judgeNode(version, new Date(`${day}T12:00:00Z`)).level).toBe(level);
});

test.each(['plain/path-1.json', "it's", 'a  b', '$(id)', '`id`', '-rf', '"', '\\', 'é\n'])(
  'the path %j comes out of a shell as it was',
  (path) => {
    expect(
      execFileSync('sh', ['-c', `printf %s ./${shellQuote(path)}`], { encoding: 'utf8' }),
    ).toBe(`./${path}`);
  },
);
