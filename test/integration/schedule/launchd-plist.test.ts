import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { launchd } from '../../../src/schedule/schedulers/launchd.ts';
import { exampleHost, exampleJob, hostileJob } from '../../unit/schedule/examples.ts';

const home = '/Users/ada & co';
const host = { ...exampleHost, platform: 'darwin', home, uid: 501 } as const;

/** Python's plist parser is strict: bare `&`, a text for a number or a missing key are errors. */
function parsePlist(text: string): Readonly<Record<string, unknown>> {
  const script =
    'import plistlib, json, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
  return JSON.parse(
    execFileSync('python3', ['-c', script], { input: text, encoding: 'utf8' }),
  ) as Readonly<Record<string, unknown>>;
}

test.each([
  [1, 60, false],
  [60, 3600, false],
  [61, 1830, true],
  [1439, 2878, true],
  [1440, 3600, true],
])('%i min is a plist that a strict parser accepts', (intervalMinutes, seconds, dueCheck) => {
  const [agent] = launchd.render({ ...hostileJob, intervalMinutes }, host);
  expect(agent?.path).toBe(`${home}/Library/LaunchAgents/local.sync-runner.plist`);
  expect(parsePlist(agent?.text ?? '')).toEqual({
    Label: 'local.sync-runner',
    ProgramArguments: [
      ...hostileJob.command,
      'run',
      '--scheduled',
      ...(dueCheck ? ['--if-due'] : []),
      '--workspace',
      hostileJob.workspace,
    ],
    StartInterval: seconds,
    RunAtLoad: true,
    ProcessType: 'Background',
    LowPriorityIO: true,
    Nice: 10,
  });
});

test('the parser is strict', () => {
  const [agent] = launchd.render(exampleJob, host);
  const broken = (agent?.text ?? '').replace('/home/ada', '/home/a&b');
  expect(
    spawnSync('python3', ['-c', 'import plistlib, sys; plistlib.loads(sys.stdin.buffer.read())'], {
      input: broken,
    }).status,
  ).toBe(1);
});

test('the old job is gone before the new one is loaded, and the loading is looked at', () => {
  const commands = launchd
    .install(exampleJob, host)
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
