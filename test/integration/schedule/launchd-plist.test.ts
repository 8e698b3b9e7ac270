import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { launchd } from '../../../src/schedule/schedulers/launchd.ts';
import { hostileName } from '../../helpers/hostile-program.ts';
import { exampleHost, exampleJob, hostileJob } from '../../unit/schedule/examples.ts';

const home = '/Users/ada & co';
const host = { ...exampleHost, platform: 'darwin', home, uid: 501 } as const;

/** Python's plistlib throws on a bare `&`, on text instead of a number and on a missing key. */
function parsePlist(text: string): unknown {
  const script =
    'import plistlib, json, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
  const options = { input: text, encoding: 'utf8', stdio: 'pipe' } as const;
  return JSON.parse(execFileSync('python3', ['-c', script], options));
}

test.each([
  [1, { StartCalendarInterval: [{}] }, false],
  [7, { StartInterval: 420 }, false],
  [30, { StartCalendarInterval: [{ Minute: 0 }, { Minute: 30 }] }, false],
  [61, { StartCalendarInterval: [{}] }, true],
  [1440, { StartCalendarInterval: [{ Minute: 0 }] }, true],
])(
  'launchd renders a plist for plistlib at %i min: %o, with --if-due: %s',
  (intervalMinutes, starts, dueCheck) => {
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
      EnvironmentVariables: { PATH: `/opt/${hostileName}:/usr/bin:/bin:/usr/sbin:/sbin` },
      ...starts,
      RunAtLoad: true,
      ProcessType: 'Background',
      LowPriorityIO: true,
      Nice: 10,
    });
  },
);

test('plistlib rejects a plist that is not escaped', () => {
  const [agent] = launchd.render(exampleJob, host);
  const broken = (agent?.text ?? '').replace('/home/ada', '/home/a&b');
  expect(() => parsePlist(broken)).toThrow('not well-formed');
});
