import type { Config } from '../schema/config.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { describeHost } from './describe-host.ts';
import { jobFor } from './schedule-job.ts';
import type { ScheduleRecord } from '../schema/schedule.ts';
import { readRecord } from './install/install-record.ts';
import { runToolOf } from './install/run-tool.ts';
import type { Host, Job, RunTool } from './scheduler.ts';

/** What all questions about a workspace's schedule start from. */
export interface ScheduleContext {
  readonly workspace: Workspace;
  readonly system: System;
  /** What would be installed now. */
  readonly job: Job;
  readonly host: Host;
  /** What was installed from here before; null too when the record came along with a copied workspace. */
  readonly record: ScheduleRecord | null;
  readonly runTool: RunTool;
}

export async function scheduleContext(
  config: Config,
  workspace: Workspace,
  system: System,
): Promise<ScheduleContext> {
  const [job, host, record] = await Promise.all([
    jobFor(config, workspace, system),
    describeHost(system, workspace),
    readRecord(workspace),
  ]);
  const isOurs = record?.id === job.id && record.workspace === job.workspace;
  const runTool = runToolOf(system);
  return { workspace, system, job, host, record: isOurs ? record : null, runTool };
}
