import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { passed, runChecks, type DoctorContext } from '../../../src/doctor/check.ts';
import { checkNodeVersion } from '../../../src/doctor/node-and-git.ts';
import { shellQuote } from '../../../src/util/shell.ts';
import { testSystem } from '../../helpers/context.ts';

const context: DoctorContext = {
  workspace: workspaceAt('/nonexistent'),
  system: testSystem(),
  config: null,
  getSchedule: () => Promise.reject(new Error('there is no scheduler')),
};

test('runChecks reports a check that throws or hangs as an error and runs the others', async () => {
  const checks = [
    { id: 'rejects', run: () => Promise.reject(new Error('oh')) },
    { id: 'throws', run: () => JSON.parse('{') as Promise<never> },
    { id: 'hangs', run: () => new Promise<never>(() => undefined) },
    { id: 'passes', run: () => Promise.resolve([passed('valid')]) },
  ];
  const findings = await runChecks(checks, context, 20);
  expect(findings.map(({ check, severity, code }) => [check, severity, code])).toEqual([
    ['rejects', 'error', 'unexpected'],
    ['throws', 'error', 'unexpected'],
    ['hangs', 'error', 'timeout'],
    ['passes', 'info', 'check-passed'],
  ]);
  expect(findings[0]?.message).toBe('bug in this check: oh');
  expect(findings[2]?.message).toBe('no result within 0.02 s');
});

test.each([
  ['18.20.0', '2026-11-23', 'node-too-old'],
  ['20.18.9', '2026-01-01', 'node-too-old'],
  ['20.19.0', '2026-04-30', 'check-passed'],
  ['20.20.2', '2026-05-01', 'node-end-of-life'],
  ['22.23.3', '2026-11-23', 'check-passed'],
  ['22.23.3', '2027-05-01', 'node-end-of-life'],
  ['25.1.0', '2026-11-23', 'node-short-lived'],
  ['28.0.0', '2028-11-23', 'check-passed'],
])('checkNodeVersion reports node %s on %s as %s', (version, day, code) => {
  expect(checkNodeVersion(version, new Date(`${day}T12:00:00Z`)).code).toBe(code);
});

test.each(['plain/path-1.json', "it's", 'a  b', '$(id)', '`id`', '-rf', '"', '\\', 'é\n'])(
  'shellQuote makes the path %j one unchanged argument of a shell command',
  (path) => {
    expect(
      execFileSync('sh', ['-c', `printf %s ./${shellQuote(path)}`], { encoding: 'utf8' }),
    ).toBe(`./${path}`);
  },
);
