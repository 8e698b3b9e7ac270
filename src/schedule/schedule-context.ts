import { hasClockTimes } from '../config/timing.ts';
import type { Workspace } from '../config/workspace.ts';
import type { Config } from '../schema/config.ts';
import type { ScheduleRecord } from '../schema/schedule.ts';
import type { System } from '../system/system.ts';
import { resolveRoot } from '../discovery/resolve-root.ts';
import { exists } from '../util/fs.ts';
import { describeHost } from './describe-host.ts';
import { readInstallRecord } from './install/install-record.ts';
import { createRunTool } from './install/run-tool.ts';
import { createJob } from './schedule-job.ts';
import type { Host, Job, RunTool } from './scheduler.ts';

export interface ScheduleContext {
  readonly workspace: Workspace;
  readonly system: System;
  /** The job that an install would set up now. */
  readonly job: Job;
  readonly host: Host;
  /** Whether a time of the schedule is one of the clock, so that it depends on the time zone. */
  readonly hasClockTimes: boolean;
  /** The absolute paths of the directories that runs search for projects. */
  readonly roots: readonly string[];
  /** Record of the last install of this workspace. Null also when it was copied here with another workspace. */
  readonly record: ScheduleRecord | null;
  /** Record of the schedule of this workspace at its previous path, where it no longer is. */
  readonly movedFrom: ScheduleRecord | null;
  readonly runTool: RunTool;
}

/**
 * Returns the job with the programs of the installed one, so that other ones in this shell do not make it outdated.
 */
export const installedJob = ({ job, record }: ScheduleContext): Job =>
  record === null ? job : { ...job, command: record.command, git: record.git ?? null };

export async function createScheduleContext(
  config: Config,
  workspace: Workspace,
  system: System,
): Promise<ScheduleContext> {
  const [job, host, record] = await Promise.all([
    createJob(config, workspace, system),
    describeHost(system, workspace),
    readInstallRecord(workspace),
  ]);
  const isOwn = record?.id === job.id && record.workspace === job.workspace;
  // At an existing path there is the workspace of which this one is a copy.
  const isMoved = record !== null && !isOwn && !(await exists(record.workspace));
  return {
    workspace,
    system,
    job,
    host,
    hasClockTimes: hasClockTimes(config),
    roots: config.projects.roots.map((root) =>
      resolveRoot(root, { workspaceRoot: workspace.root, home: system.home }),
    ),
    record: isOwn ? record : null,
    movedFrom: isMoved ? record : null,
    runTool: createRunTool(system),
  };
}
