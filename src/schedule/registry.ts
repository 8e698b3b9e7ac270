import { crontab } from './schedulers/crontab.ts';
import { kubernetes } from './schedulers/kubernetes.ts';
import { launchd } from './schedulers/launchd.ts';
import type { Scheduler, SchedulerName } from './scheduler.ts';
import { systemd } from './schedulers/systemd.ts';
import { taskScheduler } from './schedulers/task-scheduler.ts';

/** Who can start a run. */
export const schedulers: Readonly<Record<SchedulerName, Scheduler>> = {
  crontab,
  systemd,
  launchd,
  'task-scheduler': taskScheduler,
  kubernetes,
};

/** The schedulers in which we install on a platform, the preferred one first. */
export function schedulersOf(platform: NodeJS.Platform): readonly SchedulerName[] {
  if (platform === 'win32') return ['task-scheduler'];
  if (platform === 'darwin') return ['launchd', 'crontab'];
  return ['systemd', 'crontab'];
}
