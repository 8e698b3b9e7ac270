import type { Workspace } from '../config/workspace.ts';
import { noSchedule, type ScheduleFacts } from '../health/schedule-health.ts';
import type { System } from '../system/system.ts';
import { exists, FileError } from '../util/fs.ts';

/** Resolves with the state of the schedule. Loads and starts nothing if none was installed, to keep `status` fast. */
export async function getScheduleStatus(
  workspace: Workspace,
  getDue: () => Date | null,
  system: System,
): Promise<ScheduleFacts> {
  try {
    if (!(await exists(workspace.scheduleRecord))) return noSchedule;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { ...noSchedule, state: 'unknown', message: error.message };
  }
  const [{ readConfig }, { createScheduleContext }, { scheduleStatus }] = await Promise.all([
    import('../config/config.ts'),
    import('./schedule-context.ts'),
    import('./schedule-status.ts'),
  ]);
  const config = await readConfig(workspace);
  return scheduleStatus(await createScheduleContext(config, workspace, system), getDue);
}
