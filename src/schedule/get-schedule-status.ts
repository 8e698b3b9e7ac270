import type { ScheduleFacts } from '../health/schedule-health.ts';
import { hasRecord } from './has-record.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';

/**
 * What `status` tells of the schedule. Without an installed one nothing is loaded and nobody is asked, so
 * that it stays quick.
 */
export async function getScheduleStatus(
  workspace: Workspace,
  due: Date | null,
  system: System,
): Promise<ScheduleFacts> {
  if (!(await hasRecord(workspace))) {
    const none = { target: null, message: null, nextRunAt: null };
    return { ...none, state: 'missing', command: null, commandExists: null };
  }
  const [{ readConfig }, { scheduleContext }, { scheduleStatus }] = await Promise.all([
    import('../config/config.ts'),
    import('./schedule-context.ts'),
    import('./schedule-status.ts'),
  ]);
  const config = await readConfig(workspace);
  return scheduleStatus(await scheduleContext(config, workspace, system), due);
}
