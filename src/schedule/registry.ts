import type { Scheduler, SchedulerName } from './scheduler.ts';
import { crontab } from './schedulers/crontab.ts';
import { kubernetes } from './schedulers/kubernetes.ts';
import { launchd } from './schedulers/launchd.ts';
import { systemd } from './schedulers/systemd.ts';
import { taskScheduler } from './schedulers/task-scheduler.ts';

export const schedulers: Readonly<Record<SchedulerName, Scheduler>> = {
  crontab,
  systemd,
  launchd,
  'task-scheduler': taskScheduler,
  kubernetes,
};

/** Returns the schedulers that `install-schedule` can use on a platform, the preferred one first. */
export function schedulersFor(platform: NodeJS.Platform): readonly SchedulerName[] {
  if (platform === 'win32') return ['task-scheduler'];
  if (platform === 'darwin') return ['launchd', 'crontab'];
  return ['systemd', 'crontab'];
}
