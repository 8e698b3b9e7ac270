import { posix, win32 } from 'node:path';
import type { Config } from '../schema/config.ts';
import { jobTiming } from './job-timing.ts';
import { schedulers } from './registry.ts';
import { jobOptions } from './schedule-job.ts';
import { kustomization } from './schedulers/kubernetes.ts';
import {
  schedulerNames,
  type Artifact,
  type Host,
  type Job,
  type SchedulerName,
} from './scheduler.ts';

/** Directory of each scheduler's templates below `deploy/`. */
const dirs: Readonly<Record<SchedulerName, string>> = {
  crontab: '.',
  systemd: 'systemd',
  launchd: 'launchd',
  'task-scheduler': 'windows',
  kubernetes: 'kubernetes',
};

/**
 * Returns the artifacts of every scheduler, with paths relative to `deploy/`. They contain example paths, so
 * that the result does not depend on the machine.
 */
export function renderTemplates(config: Config): readonly Artifact[] {
  return schedulerNames.flatMap((name) => {
    const isWindows = name === 'task-scheduler';
    const job: Job = {
      id: 'sync-runner',
      ...jobTiming(config),
      timeZone: 'Etc/UTC',
      ...jobOptions(config),
      ...(isWindows ? windowsPaths : unixPaths),
    };
    const artifacts = schedulers[name].render(job, isWindows ? windowsHost : unixHost);
    const others = name === 'kubernetes' ? [kustomization()] : [];
    return [...artifacts, ...others].map((artifact) => {
      const file = win32.basename(artifact.path);
      return { ...artifact, path: posix.join(dirs[name], file) };
    });
  });
}

const unixPaths = {
  command: ['/usr/bin/node', '/usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs'],
  git: '/usr/bin/git',
  workspace: '/path/to/workspace',
} as const;

const windowsPaths = {
  command: [
    'C:\\Program Files\\nodejs\\node.exe',
    'C:\\path\\to\\node_modules\\sync-runner\\bin\\sync-runner.cjs',
  ],
  git: 'C:\\Program Files\\Git\\cmd\\git.exe',
  workspace: 'C:\\path\\to\\workspace',
} as const;

const unixHost: Host = {
  platform: 'linux',
  home: '/',
  uid: null,
  account: null,
  stateDir: '/',
  consoleHost: null,
};

const windowsHost: Host = {
  ...unixHost,
  platform: 'win32',
  consoleHost: 'C:\\Windows\\System32\\conhost.exe',
};
