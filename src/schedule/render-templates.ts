import { posix, win32 } from 'node:path';
import type { Config } from '../schema/config.ts';
import { schedulers } from './registry.ts';
import {
  schedulerNames,
  type Artifact,
  type Host,
  type Job,
  type SchedulerName,
} from './scheduler.ts';

/** The folder of each scheduler's templates below `deploy/`. */
const folders: Readonly<Record<SchedulerName, string>> = {
  crontab: '.',
  systemd: 'systemd',
  launchd: 'launchd',
  'task-scheduler': 'windows',
  kubernetes: 'kubernetes',
};

/**
 * The schedule of a configuration for every scheduler, with example paths in place of a machine's own:
 * the same bytes wherever and by whomever it is rendered. Paths are relative to `deploy/`.
 */
export function renderTemplates(config: Config): readonly Artifact[] {
  return schedulerNames.flatMap((name) => {
    const isWindows = name === 'task-scheduler';
    const job: Job = {
      id: 'sync-runner',
      intervalMinutes: config.intervalMinutes,
      timeLimitMinutes: Math.ceil(config.lock.staleMinutes),
      ...(isWindows ? windowsPaths : unixPaths),
    };
    return schedulers[name].render(job, isWindows ? windowsHost : unixHost).map((artifact) => {
      const file = win32.basename(artifact.path);
      return { ...artifact, path: posix.join(folders[name], file) };
    });
  });
}

const unixPaths = {
  command: ['/usr/bin/node', '/usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs'],
  workspace: '/path/to/workspace',
} as const;

const windowsPaths = {
  command: [
    'C:\\Program Files\\nodejs\\node.exe',
    'C:\\path\\to\\node_modules\\sync-runner\\bin\\sync-runner.cjs',
  ],
  workspace: 'C:\\path\\to\\workspace',
} as const;

const unixHost: Host = {
  platform: 'linux',
  home: '/',
  uid: null,
  account: null,
  stateFolder: '/',
  consoleHost: null,
};

const windowsHost: Host = {
  ...unixHost,
  platform: 'win32',
  consoleHost: 'C:\\Windows\\System32\\conhost.exe',
};
